package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.ingestion.extract.ZipPackage;
import dev.evenkeel.platform.files.TemporaryFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/**
 * A ZIP archive of an upload or a folder, whose files are taken one after the other. Names of entries are never places on a disk: what is unpacked
 * goes into a temporary file of our own. Blocking: for workers only.
 */
public final class UploadedArchive implements AutoCloseable {
    private static final String ENDING = ".zip";
    private static final Set<String> ARCHIVE_ENDINGS =
            Set.of(ENDING, ".jar", ".war", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".zst");
    private static final byte[] ZIP_SIGNATURE = {'P', 'K', 3, 4};

    /** What the archiver of one operating system adds for itself. */
    private static final String FORKS = "__MACOSX/";

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ZipPackage zip;
    private final List<ZipEntry> files;

    private UploadedArchive(ZipPackage zip) {
        this.zip = zip;
        this.files = zip.entries().stream()
                .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith(FORKS))
                .toList();
    }

    /** Whether a file is to be taken as an archive, by its name. */
    public static boolean isArchive(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /** Whether content begins as a ZIP archive with anything in it does. */
    static boolean isZip(byte[] head) {
        return head.length >= ZIP_SIGNATURE.length
                && Arrays.equals(head, 0, ZIP_SIGNATURE.length, ZIP_SIGNATURE, 0, ZIP_SIGNATURE.length);
    }

    /** Whether a file of an archive is an archive itself, by its name. */
    public static boolean isNested(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ARCHIVE_ENDINGS.stream().anyMatch(lower::endsWith);
    }

    /**
     * Opens an archive whose entries are few enough and say that they unpack to little enough.
     *
     * @param maxEntries most entries
     * @param anyRatio whether its entries may be compressed to any degree
     * @throws ExtractionException when it cannot be opened or goes beyond a limit
     */
    static UploadedArchive open(UploadedFile file, ArchiveConfig config, int maxEntries, boolean anyRatio) {
        if (!isZip(file.head())) {
            throw new ExtractionException(
                    ExtractionCode.WRONG_MAGIC, "The file is named as a ZIP archive, but is none with anything in it.");
        }
        long maxBytes = config.maxUnpackedSize().asLongValue();
        int maxRatio = anyRatio ? Integer.MAX_VALUE : config.maxRatio();
        ZipPackage zip = ZipPackage.open(
                file.path(), new ZipPackage.Limits(Math.max(1, maxEntries), maxBytes, maxRatio), () -> {});
        long declared = zip.entries().stream()
                .mapToLong(entry -> Math.max(0, entry.getSize()))
                .sum();
        if (declared > maxBytes) {
            zip.close();
            throw new ExtractionException(
                    ExtractionCode.ARCHIVE_BOMB,
                    "The archive unpacks to more than the limit of " + maxBytes + " bytes.");
        }
        return new UploadedArchive(zip);
    }

    /** The files, in the order of the archive's directory. */
    public List<ZipEntry> files() {
        return files;
    }

    /**
     * Unpacks a file.
     *
     * @param maxBytes the rest of a larger one is left out; its size then tells that it is too large
     * @throws ExtractionException when it cannot be unpacked, or to more than the limits allow
     */
    public UploadedFile unpack(ZipEntry entry, long maxBytes) throws IOException {
        Path target = TemporaryFiles.create("archive-", ".tmp");
        try {
            write(entry, target, maxBytes);
            return UploadedFile.inspect(target);
        } catch (ZipException | EOFException e) {
            Files.deleteIfExists(target);
            throw new ExtractionException(ExtractionCode.DAMAGED, "The archive breaks its format at this file.", e);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    /**
     * The bytes of a small file.
     *
     * @return at most {@code maxBytes}, and one more of a larger file
     * @throws ExtractionException when it cannot be unpacked, or to more than the limits allow
     */
    public byte[] bytes(ZipEntry entry, int maxBytes) throws IOException {
        try (InputStream in = zip.read(entry)) {
            return in.readNBytes(maxBytes + 1);
        } catch (ZipException | EOFException e) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The archive breaks its format at a file.", e);
        }
    }

    private void write(ZipEntry entry, Path target, long maxBytes) throws IOException {
        try (InputStream in = zip.read(entry);
                OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long written = 0;
            for (int read = in.read(buffer); read >= 0 && written <= maxBytes; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                written += read;
            }
        }
    }

    @Override
    public void close() {
        zip.close();
    }
}
