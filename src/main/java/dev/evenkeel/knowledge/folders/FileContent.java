package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.UploadedFile;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.files.TemporaryFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a file at one moment: a copy of our own, since the file itself may change while it is stored. Blocking:
 * for workers only.
 *
 * @param outcome what came of reading
 * @param copy the content, when it was read
 * @param type its type, when it was read and is a document
 * @param problem why it is no document, when it was refused
 * @param modifiedNs when it was changed last; null when that was so short ago that a change of the same size may not show;
 *     of a file in an archive the checksum of its content
 */
record FileContent(
        Outcome outcome,
        @Nullable UploadedFile copy,
        @Nullable DocumentType type,
        DocumentView.@Nullable ErrorView problem,
        long sizeBytes,
        @Nullable Long modifiedNs)
        implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Clocks of file systems are coarse, and those of file servers differ from ours. */
    private static final long SETTLED_NS = TimeUnit.SECONDS.toNanos(2);

    /** What came of reading a file. */
    enum Outcome {
        READ,
        /** It is no document. */
        REFUSED,
        /** There is no such file any more. */
        GONE,
        /** It changed each time that it was read. */
        CHANGING,
        /** It is there and cannot be read. */
        UNREADABLE
    }

    /** Tells the type of a file that may be taken. */
    interface Detection {
        /**
         * Whether it is worth copying.
         *
         * @throws ExtractionException when it is refused
         */
        void require(String path, byte[] head, long sizeBytes);

        /**
         * Its type, when all of it is there; null for an archive.
         *
         * @throws ExtractionException when it is refused
         */
        @Nullable DocumentType typeOf(String path, UploadedFile copy);
    }

    static FileContent read(FolderRoot root, String path, Detection detection) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                FileContent content = FolderDisk.read(
                        root, path, (channel, attributes) -> read(channel, attributes, path, detection));
                if (content.outcome != Outcome.CHANGING) {
                    return content;
                }
            } catch (IOException e) {
                return without(FolderDisk.isGone(root, path) ? Outcome.GONE : Outcome.UNREADABLE);
            }
        }
        return without(Outcome.CHANGING);
    }

    private static FileContent read(
            SeekableByteChannel channel, FolderDisk.AttributeSource source, String path, Detection detection)
            throws IOException {
        BasicFileAttributes before = source.read();
        byte[] head = head(channel);
        try {
            detection.require(path, head, before.size());
        } catch (ExtractionException e) {
            return refused(e, before, source);
        }
        Path copy = TemporaryFiles.create("folder-", ".tmp");
        try {
            boolean whole = copy(channel, copy, before.size());
            UploadedFile file = UploadedFile.inspect(copy);
            if (whole && isSame(before, source.read())) {
                DocumentType type = detection.typeOf(path, file);
                return new FileContent(Outcome.READ, file, type, null, before.size(), settled(before));
            }
        } catch (ExtractionException e) {
            Files.deleteIfExists(copy);
            return refused(e, before, source);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
        Files.deleteIfExists(copy);
        return without(Outcome.CHANGING);
    }

    private static FileContent refused(
            ExtractionException refusal, BasicFileAttributes before, FolderDisk.AttributeSource source)
            throws IOException {
        return isSame(before, source.read())
                ? new FileContent(Outcome.REFUSED, null, null, problem(refusal), before.size(), settled(before))
                : without(Outcome.CHANGING);
    }

    private static byte[] head(SeekableByteChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(DocumentTypes.HEAD_BYTES);
        while (head.hasRemaining() && channel.read(head) >= 0) {
            continue;
        }
        channel.position(0);
        return Arrays.copyOf(head.array(), head.position());
    }

    /** Copies at most so many bytes; whether there were exactly so many. */
    private static boolean copy(SeekableByteChannel channel, Path target, long sizeBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long copied = 0;
        try (OutputStream out = Files.newOutputStream(target)) {
            while (copied <= sizeBytes && channel.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
                copied += buffer.position();
                DiskWorkers.signOfLife();
            }
        }
        return copied == sizeBytes;
    }

    private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after) {
        return after.isRegularFile()
                && before.size() == after.size()
                && before.lastModifiedTime().equals(after.lastModifiedTime())
                && Objects.equals(before.fileKey(), after.fileKey());
    }

    private static @Nullable Long settled(BasicFileAttributes attributes) {
        long modifiedNs = FolderDisk.modifiedNs(attributes);
        long nowNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        return modifiedNs < nowNs - SETTLED_NS ? modifiedNs : null;
    }

    /** What is in a file of an archive, which does not change. */
    static FileContent read(FolderEntry member, UploadedFile copy, DocumentType type) {
        return new FileContent(Outcome.READ, copy, type, null, member.sizeBytes(), member.modifiedNs());
    }

    /** A file of an archive that is no document. */
    static FileContent refused(FolderEntry member, ExtractionException refusal) {
        return new FileContent(Outcome.REFUSED, null, null, problem(refusal), member.sizeBytes(), member.modifiedNs());
    }

    /** The same, when a look inside tells that it is not to be taken. */
    FileContent refused(ExtractionException refusal) {
        return new FileContent(Outcome.REFUSED, copy, null, problem(refusal), sizeBytes, modifiedNs);
    }

    private static DocumentView.ErrorView problem(ExtractionException refusal) {
        return new DocumentView.ErrorView(refusal.code().wireName(), String.valueOf(refusal.getMessage()));
    }

    private static FileContent without(Outcome outcome) {
        return new FileContent(outcome, null, null, null, 0, null);
    }

    /** The same, to be looked at again by the next scan whatever size and time say. */
    FileContent unsettled() {
        return new FileContent(outcome, copy, type, problem, sizeBytes, null);
    }

    /** The content of a file that was read. */
    UploadedFile required() {
        return Objects.requireNonNull(copy);
    }

    @Override
    public void close() {
        if (copy != null) {
            try {
                Files.deleteIfExists(copy.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
