package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.FileDocuments;
import dev.evenkeel.knowledge.SourcePaths;
import dev.evenkeel.knowledge.UploadedArchive;
import dev.evenkeel.knowledge.UploadedFile;
import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.http.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;

/**
 * An archive in a folder, opened from a copy of our own: its files as those of a folder that has the archive's name, without what
 * the rules leave out. In memory are their names, of which there are at most as many as an archive may have. Blocking and not
 * thread-safe: for workers only.
 */
final class FolderArchive implements AutoCloseable {
    private final UploadedArchive archive;
    private final FileDocuments documents;
    private final FileContent.Detection detection;
    private final Map<String, ZipEntry> files = new TreeMap<>();
    private final Map<String, ZipEntry> gitignores = new HashMap<>();

    /** The rules inside of each directory; none for one that is left out. */
    private final Map<String, Optional<IgnoreRules>> directories = new HashMap<>();

    private int ignored;
    private int unusable;

    private FolderArchive(UploadedArchive archive, FileDocuments documents, FileContent.Detection detection) {
        this.archive = archive;
        this.documents = documents;
        this.detection = detection;
    }

    /**
     * Lists an archive, which is closed with this.
     *
     * @throws ExtractionException when rules in it cannot be read
     */
    static FolderArchive open(
            Folder folder,
            FolderEntry entry,
            UploadedArchive archive,
            FileDocuments documents,
            FileContent.Detection detection)
            throws IOException {
        FolderArchive opened = new FolderArchive(archive, documents, detection);
        try {
            opened.list(folder, entry);
            return opened;
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private void list(Folder folder, FolderEntry entry) throws IOException {
        for (ZipEntry file : archive.files()) {
            Optional<String> path = path(folder, entry.path(), file.getName());
            if (path.isEmpty() || files.putIfAbsent(path.get(), file) != null) {
                unusable++;
            } else if (folder.gitignore() && path.get().endsWith("/" + FolderWalk.GITIGNORE)) {
                gitignores.put(parent(path.get()), file);
            }
        }
        directories.put(entry.path(), Optional.of(with(Objects.requireNonNull(entry.inside()), entry.path())));
        List<String> leftOut = new ArrayList<>();
        for (String path : files.keySet()) {
            Optional<IgnoreRules> around = inside(parent(path));
            if (around.isEmpty() || around.get().ignores(segments(path), false)) {
                leftOut.add(path);
            }
        }
        leftOut.forEach(files::remove);
        ignored = leftOut.size();
    }

    private static Optional<String> path(Folder folder, String archivePath, String name) {
        try {
            String path = SourcePaths.normalise(archivePath + "/" + name);
            return path.startsWith(archivePath + "/") && folder.isUsable(path) ? Optional.of(path) : Optional.empty();
        } catch (ProblemException unusable) {
            return Optional.empty();
        }
    }

    private Optional<IgnoreRules> inside(String directory) throws IOException {
        Optional<IgnoreRules> known = directories.get(directory);
        if (known != null) {
            return known;
        }
        Optional<IgnoreRules> around = inside(parent(directory));
        Optional<IgnoreRules> found = around.isEmpty() || around.get().ignores(segments(directory), true)
                ? Optional.empty()
                : Optional.of(with(around.get(), directory));
        directories.put(directory, found);
        return found;
    }

    private IgnoreRules with(IgnoreRules around, String directory) throws IOException {
        ZipEntry own = gitignores.get(directory);
        if (own == null) {
            return around;
        }
        byte[] bytes = archive.bytes(own, FolderWalk.MAX_GITIGNORE_BYTES);
        if (bytes.length > FolderWalk.MAX_GITIGNORE_BYTES) {
            throw new ExtractionException(
                    ExtractionCode.DAMAGED, "A .gitignore file in the archive is too large to be read.");
        }
        return around.with(segments(directory).size(), FolderWalk.lines(bytes));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/"));
    }

    /** The files that are to be taken, by path. */
    List<FolderEntry> entries() {
        return files.entrySet().stream()
                .map(file -> new FolderEntry(
                        file.getKey(),
                        file.getValue().getSize(),
                        file.getValue().getCrc(),
                        true,
                        null))
                .toList();
    }

    /** The paths of the files that are to be taken. */
    Set<String> paths() {
        return files.keySet();
    }

    /** Files that the rules leave out. */
    int ignored() {
        return ignored;
    }

    /** Files whose names cannot be those of documents, or are those of others when they are tidied. */
    int unusable() {
        return unusable;
    }

    /** Unpacks a file into a copy. */
    FileContent read(FolderEntry member) throws IOException {
        try {
            UploadedFile copy = documents.unpack(archive, Objects.requireNonNull(files.get(member.path())));
            try {
                DocumentType type = Objects.requireNonNull(detection.typeOf(member.path(), copy));
                return FileContent.read(member, copy, type);
            } catch (RuntimeException e) {
                Files.deleteIfExists(copy.path());
                throw e;
            }
        } catch (ExtractionException refusal) {
            return FileContent.refused(member, refusal);
        }
    }

    /**
     * What is remembered of an archive that was taken: when it is another, its files are to be compared again.
     *
     * @param rules what is left out
     * @param gitignore whether {@code .gitignore} files in it count
     * @param known the files that are known of it and are not gone, by path
     */
    static byte[] fingerprint(IgnoreRules rules, boolean gitignore, Collection<KnownFile> known) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(rules.fingerprint());
            digest.update((byte) (gitignore ? 1 : 0));
            for (KnownFile file : known) {
                digest.update((file.path() + "\n" + file.sizeBytes() + "\n" + file.modifiedNs() + "\n" + file.refused()
                                + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        archive.close();
    }
}
