package dev.evenkeel.bench.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a folder that are worth ingesting: in a Git work tree the tracked ones, elsewhere all but hidden ones and what
 * version control and builds leave behind.
 */
public final class FolderFiles {

    private static final Set<String> SKIPPED_DIRECTORIES = Set.of(
            "target", "build", "out", "dist", "node_modules", "__pycache__", "venv", "vendor", "coverage", "data");

    private FolderFiles() {}

    /** Regular files with at least one byte counted or not, sorted by path. */
    public static List<Path> in(Path folder) throws IOException {
        List<Path> files = Files.exists(folder.resolve(".git")) ? tracked(folder) : List.of();
        if (files.isEmpty()) {
            files = walk(folder);
        }
        List<Path> sorted = new ArrayList<>(files);
        Collections.sort(sorted);
        return sorted;
    }

    private static List<Path> tracked(Path folder) throws IOException {
        Process git;
        try {
            git = new ProcessBuilder("git", "-C", folder.toString(), "ls-files", "-z")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException gitIsNotInstalled) {
            return List.of();
        }
        String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Stream.of(names.split("\0"))
                .filter(name -> !name.isEmpty())
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .filter(file -> !hidden(folder.relativize(file)))
                .toList();
    }

    private static boolean hidden(Path relative) {
        for (Path name : relative) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> walk(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                boolean skip =
                        !directory.equals(folder) && (name.startsWith(".") || SKIPPED_DIRECTORIES.contains(name));
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && !String.valueOf(file.getFileName()).startsWith(".")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
