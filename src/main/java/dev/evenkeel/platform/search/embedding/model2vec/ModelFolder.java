package dev.evenkeel.platform.search.embedding.model2vec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder directly below the directory of models. Neither its name nor a symbolic link leads out of that directory; links
 * within it are followed, because that is how download caches lay models out.
 */
public final class ModelFolder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    private final Path root;
    private final Path folder;

    private ModelFolder(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /** Whether a text may name a folder: letters, digits, dot, underscore and hyphen, no path. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * The folder of that name. Blocking.
     *
     * @throws ModelFileException when there is none, or it lies elsewhere
     */
    public static ModelFolder of(Path modelsDirectory, String name) {
        if (!isName(name)) {
            throw new ModelFileException("The folder of a model is named by letters, digits, dots, hyphens and"
                    + " underscores, without a path.");
        }
        try {
            Path root = modelsDirectory.toRealPath();
            Path folder = root.resolve(name).toRealPath();
            if (!folder.startsWith(root) || folder.equals(root)) {
                throw new ModelFileException("The folder \"" + name + "\" leads out of the directory of models.");
            }
            if (!Files.isDirectory(folder)) {
                throw new ModelFileException("\"" + name + "\" is not a folder in the directory of models.");
            }
            return new ModelFolder(root, folder);
        } catch (IOException | InvalidPathException missing) {
            throw new ModelFileException("There is no folder \"" + name + "\" in the directory of models.", missing);
        }
    }

    /** A file of the folder that must be there. */
    Path require(String name) {
        return find(name).orElseThrow(() -> new ModelFileException("The model has no file \"" + name + "\"."));
    }

    /** A file of the folder, if it is there. */
    Optional<Path> find(String name) {
        try {
            Path file = folder.resolve(name).toRealPath();
            if (!file.startsWith(root) || !Files.isRegularFile(file)) {
                throw new ModelFileException("\"" + name + "\" is not a file in the directory of models.");
            }
            return Optional.of(file);
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ModelFileException("The file \"" + name + "\" of the model cannot be read.", e);
        }
    }
}
