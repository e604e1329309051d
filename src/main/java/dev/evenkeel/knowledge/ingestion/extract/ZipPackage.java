package dev.evenkeel.knowledge.ingestion.extract;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A ZIP archive whose unpacking stays within limits: number of entries, size of its directory, bytes unpacked in all, and the ratio
 * of what is unpacked to what is stored, each as it is found and not as the archive says. Nothing is written to a disk.
 */
public final class ZipPackage implements AutoCloseable {

    /** Repetitive tables compress well; only beyond so many bytes does a high ratio tell a bomb. */
    private static final long RATIO_COUNTS_FROM_BYTES = 1 << 20;

    private static final int END_RECORD_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 0xFFFF;

    /** {@link ZipFile} looks for the end record in blocks, and so a little further back than the longest comment. */
    private static final int SEARCH_BLOCK_BYTES = 256;

    private static final byte[] END_SIGNATURE = {'P', 'K', 5, 6};

    private final ZipFile zip;
    private final Limits limits;
    private final Runnable deadline;
    private long unpackedBytes;

    /**
     * Bounds on an archive.
     *
     * @param maxEntries most entries, folders among them
     * @param maxUnpackedBytes most bytes of all entries that are read
     * @param maxRatio most bytes unpacked for one stored byte of an entry of more than 1 MiB
     * @param maxDirectoryBytes most bytes of the directory, which is in memory while the archive is open
     */
    public record Limits(int maxEntries, long maxUnpackedBytes, int maxRatio, long maxDirectoryBytes) {

        /** Bytes that the directory has for each entry at most: its name and extra fields. */
        private static final int MAX_DIRECTORY_BYTES_AN_ENTRY = 1024;

        private static final int MAX_ENTRIES_OF_DOCUMENT = 10_000;
        private static final long MAX_UNPACKED_BYTES_OF_DOCUMENT = 1L << 30;

        /** With a directory in proportion to the entries. */
        public Limits(int maxEntries, long maxUnpackedBytes, int maxRatio) {
            this(maxEntries, maxUnpackedBytes, maxRatio, (long) maxEntries * MAX_DIRECTORY_BYTES_AN_ENTRY);
        }

        /** For documents that are archives inside. */
        static Limits ofDocument(int maxRatio) {
            return new Limits(MAX_ENTRIES_OF_DOCUMENT, MAX_UNPACKED_BYTES_OF_DOCUMENT, maxRatio);
        }
    }

    private ZipPackage(ZipFile zip, Limits limits, Runnable deadline) {
        this.zip = zip;
        this.limits = limits;
        this.deadline = deadline;
    }

    /**
     * Opens an archive and checks its directory.
     *
     * @param deadline throws when the time is over; called for every piece that is unpacked
     * @throws ExtractionException {@code damaged}, {@code encrypted} or {@code archive_bomb}
     */
    public static ZipPackage open(Path file, Limits limits, Runnable deadline) {
        try {
            checkDirectory(file, limits);
            ZipPackage opened = new ZipPackage(openZip(file), limits, deadline);
            try {
                opened.checkEntries();
                return opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(e);
        }
    }

    /** Names that are not UTF-8 come from old programs; then at least the ASCII letters of a name are right. */
    private static ZipFile openZip(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        } catch (ZipException e) {
            Charset old = Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;
            return new ZipFile(file.toFile(), old);
        }
    }

    /**
     * The directory is read into memory as a whole, so its size is checked before. {@link ZipFile} takes the last end record whose
     * comment fits, but also a later one that has a directory, so that all from there on are checked.
     */
    private static void checkDirectory(Path file, Limits limits) throws IOException {
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            byte[] tail =
                    new byte[(int) Math.min(input.length(), END_RECORD_BYTES + MAX_COMMENT_BYTES + SEARCH_BLOCK_BYTES)];
            input.seek(input.length() - tail.length);
            input.readFully(tail);
            boolean found = false;
            boolean fits = false;
            for (int i = tail.length - END_RECORD_BYTES; i >= 0 && !fits; i--) {
                if (Arrays.equals(tail, i, i + 4, END_SIGNATURE, 0, 4)) {
                    checkEndRecord(tail, i, limits);
                    found = true;
                    fits = i + END_RECORD_BYTES + littleEndian(tail, i + 20, 2) == tail.length;
                }
            }
            if (!found) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The ZIP archive has no directory at its end.");
            }
        }
    }

    private static void checkEndRecord(byte[] tail, int offset, Limits limits) {
        long entries = littleEndian(tail, offset + 10, 2);
        long bytes = littleEndian(tail, offset + 12, 4);
        if (entries > limits.maxEntries() || bytes > limits.maxDirectoryBytes()) {
            throw tooManyEntries(limits);
        }
    }

    private static long littleEndian(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | (bytes[offset + i] & 0xFF);
        }
        return value;
    }

    private void checkEntries() {
        if (zip.size() > limits.maxEntries()) {
            throw tooManyEntries(limits);
        }
        Set<String> names = new HashSet<>();
        forEach(entry -> {
            if (!names.add(entry.getName())) {
                throw new ExtractionException(
                        ExtractionCode.DAMAGED, "The ZIP archive has two entries of the same name.");
            }
        });
    }

    /** All entries in the order of the directory. */
    public List<ZipEntry> entries() {
        List<ZipEntry> entries = new ArrayList<>(zip.size());
        forEach(entries::add);
        return entries;
    }

    /** Shows all entries in the order of the directory, without holding them all in memory. */
    public void forEach(Consumer<? super ZipEntry> action) {
        zip.stream().forEachOrdered(action);
    }

    /** The entry of a name, without regard to a leading slash; null when there is none. */
    public @Nullable ZipEntry entry(String name) {
        return zip.getEntry(name.startsWith("/") ? name.substring(1) : name);
    }

    /**
     * The unpacked bytes of an entry; reading throws {@link ExtractionException} {@code archive_bomb} beyond a limit.
     *
     * @throws ExtractionException {@code damaged} or {@code encrypted}
     */
    public InputStream read(ZipEntry entry) {
        try {
            InputStream in = zip.getInputStream(entry);
            if (in == null) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The ZIP archive lacks an entry it lists.");
            }
            return new Unpacking(in, Math.max(1, entry.getCompressedSize()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** {@link ZipFile} tells of encryption in its message alone, some versions as the archive is opened. */
    private static ExtractionException unreadable(Exception cause) {
        return String.valueOf(cause.getMessage()).contains("encrypted")
                ? new ExtractionException(
                        ExtractionCode.ENCRYPTED, "The ZIP archive opens only with a password.", cause)
                : damaged(cause);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static ExtractionException damaged(Exception cause) {
        return new ExtractionException(
                ExtractionCode.DAMAGED, "The file is not a complete ZIP archive, or breaks its format.", cause);
    }

    private static ExtractionException tooManyEntries(Limits limits) {
        return new ExtractionException(
                ExtractionCode.ARCHIVE_BOMB,
                "The archive has more entries, or a larger directory, than the limit of " + limits.maxEntries()
                        + " entries allows.");
    }

    /** Counts what comes out. */
    private final class Unpacking extends FilterInputStream {

        private final long storedBytes;
        private long entryBytes;

        Unpacking(InputStream in, long storedBytes) {
            super(in);
            this.storedBytes = storedBytes;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int bytes) {
            deadline.run();
            entryBytes += bytes;
            unpackedBytes += bytes;
            boolean ratio = entryBytes > RATIO_COUNTS_FROM_BYTES && entryBytes / storedBytes > limits.maxRatio();
            if (ratio || unpackedBytes > limits.maxUnpackedBytes()) {
                throw new ExtractionException(
                        ExtractionCode.ARCHIVE_BOMB,
                        ratio
                                ? "The archive unpacks to more than " + limits.maxRatio() + " times its size."
                                : "The archive unpacks to more than the limit of " + limits.maxUnpackedBytes()
                                        + " bytes.");
            }
        }
    }
}
