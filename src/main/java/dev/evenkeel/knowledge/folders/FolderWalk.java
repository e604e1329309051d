package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.UploadedArchive;
import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder in the order of the bytes of its paths, a batch at a time; in memory are the names of one folder at each
 * depth. Links are not followed, wherever they lead: what they lead to inside the folder is found at its own place. Not
 * thread-safe and blocking: for workers only.
 */
final class FolderWalk {
    static final String GITIGNORE = ".gitignore";
    static final int MAX_GITIGNORE_BYTES = 1 << 20;
    private static final String UTF_8_MARK = "\u00ef\u00bb\u00bf";

    private final FolderRoot root;
    private final FolderVisitor visitor;
    private final boolean gitignore;
    private final int maxFiles;
    private final Predicate<String> usable;
    private final Deque<Frame> open = new ArrayDeque<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int files;
    private int ignored;

    /** A folder that is being walked. */
    private record Frame(List<String> segments, IgnoreRules rules, Iterator<Child> children) {}

    /** A file or folder, with the key that it is sorted by. */
    private record Child(String name, byte[] key, Path path, BasicFileAttributes attributes) {
        static Child of(String name, Path path, BasicFileAttributes attributes) {
            // The slash makes the order that of the whole paths.
            String key = attributes.isDirectory() ? name + "/" : name;
            return new Child(name, key.getBytes(StandardCharsets.UTF_8), path, attributes);
        }
    }

    /**
     * Begins a walk.
     *
     * @param gitignore whether {@code .gitignore} files count
     * @param usable whether a path below the root may be the path of a document
     * @throws FolderUnavailable when the root cannot be read, or is another by now
     */
    FolderWalk(
            FolderRoot root,
            IgnoreRules rules,
            boolean gitignore,
            int maxFiles,
            Predicate<String> usable,
            FolderVisitor visitor) {
        this.root = root;
        this.gitignore = gitignore;
        this.maxFiles = maxFiles;
        this.usable = usable;
        this.visitor = visitor;
        Frame top = enter(root.path(), List.of(), rules);
        if (top == null) {
            throw new FolderUnavailable("not_readable", "The folder cannot be read.");
        }
        open.push(top);
    }

    /**
     * The next files and unreadable folders; none at the end.
     *
     * @throws FolderUnavailable when there are more files than allowed, or another root is in its place
     */
    List<FolderEntry> next(int max) {
        List<FolderEntry> batch = new ArrayList<>();
        while (!open.isEmpty() && batch.size() < max) {
            Frame frame = open.element();
            if (!frame.children().hasNext()) {
                open.pop();
                continue;
            }
            Child child = frame.children().next();
            List<String> segments = new ArrayList<>(frame.segments());
            segments.add(child.name());
            FolderEntry entry = visit(child, List.copyOf(segments), frame.rules());
            if (entry != null) {
                batch.add(entry);
            }
        }
        return batch;
    }

    private @Nullable FolderEntry visit(Child child, List<String> segments, IgnoreRules rules) {
        BasicFileAttributes attributes = child.attributes();
        String path = String.join("/", segments);
        if (rules.ignores(segments, attributes.isDirectory())) {
            ignored++;
        } else if (attributes.isSymbolicLink()) {
            skip("symbolic_link");
        } else if (!usable.test(path)) {
            skip("invalid_path");
        } else if (attributes.isDirectory()) {
            Frame inside = enter(child.path(), segments, rules);
            if (inside == null) {
                return FolderEntry.unreadable(path);
            }
            open.push(inside);
        } else if (!attributes.isRegularFile()) {
            skip("special_file");
        } else {
            count(1);
            return new FolderEntry(
                    path,
                    attributes.size(),
                    FolderDisk.modifiedNs(attributes),
                    true,
                    UploadedArchive.isArchive(path) ? rules : null);
        }
        return null;
    }

    /** The folder with its children; null when they or its rules cannot be read. */
    private @Nullable Frame enter(Path folder, List<String> segments, IgnoreRules rules) {
        try {
            visitor.entering(folder, segments);
            List<Child> children = children(String.join("/", segments));
            IgnoreRules own = gitignore ? rules.with(segments.size(), gitignoreOf(segments, children)) : rules;
            visitor.entered(segments, own);
            children.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
            return new Frame(segments, own, children.iterator());
        } catch (NoSuchFileException gone) {
            return segments.isEmpty()
                    ? null
                    : new Frame(segments, rules, List.<Child>of().iterator());
        } catch (IOException | DirectoryIteratorException e) {
            return null;
        }
    }

    private List<Child> children(String folder) throws IOException {
        List<Child> children = new ArrayList<>();
        FolderDisk.list(root, folder, (path, attributes) -> {
            DiskWorkers.signOfLife();
            if (files + children.size() > 2L * maxFiles) {
                throw tooMany();
            }
            String name = FolderDisk.nameOf(path);
            if (name == null) {
                skip("invalid_path");
                return;
            }
            try {
                children.add(Child.of(name, path, attributes.read()));
            } catch (NoSuchFileException goneMeanwhile) {
                // It is no difference whether it was ever there.
            }
        });
        return children;
    }

    /** A file of rules that cannot be read makes its folder unreadable: what it would leave out must not be taken in. */
    private List<String> gitignoreOf(List<String> segments, List<Child> children) throws IOException {
        for (Child child : children) {
            if (child.name().equals(GITIGNORE) && child.attributes().isRegularFile()) {
                List<String> path = new ArrayList<>(segments);
                path.add(GITIGNORE);
                return FolderDisk.read(
                        root, String.join("/", path), (channel, attributes) -> lines(Channels.newInputStream(channel)));
            }
        }
        return List.of();
    }

    private static List<String> lines(InputStream file) throws IOException {
        byte[] bytes = file.readNBytes(MAX_GITIGNORE_BYTES + 1);
        if (bytes.length > MAX_GITIGNORE_BYTES) {
            throw new IOException("too large");
        }
        return lines(bytes);
    }

    /** The lines of a file of rules; what is not UTF-8 in it matches nothing. */
    static List<String> lines(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // Some editors begin a file with this mark; no name begins with it.
        return (text.startsWith(UTF_8_MARK) ? text.substring(UTF_8_MARK.length()) : text)
                .lines()
                .map(line -> new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList();
    }

    /**
     * Counts files that were found inside an archive.
     *
     * @throws FolderUnavailable when there are more files than allowed
     */
    void count(int more) {
        files += more;
        if (files > maxFiles) {
            throw tooMany();
        }
    }

    private FolderUnavailable tooMany() {
        return new FolderUnavailable("too_many_files", "The folder holds more than " + maxFiles + " files.");
    }

    /** Counts what is passed over. */
    void skip(String reason) {
        skipped.merge(reason, 1, Integer::sum);
    }

    /** Counts what the rules left out of an archive. */
    void ignored(int more) {
        ignored += more;
    }

    /** Files seen so far. */
    int files() {
        return files;
    }

    /** Files and folders that the rules left out so far; those inside of a folder that was left out are not counted. */
    int ignored() {
        return ignored;
    }

    /** What was passed over so far, by reason. */
    Map<String, Integer> skipped() {
        return Map.copyOf(skipped);
    }
}
