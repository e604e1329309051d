package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of archives that say one thing and are another. */
class ZipPackageTest {

    /** A directory of at most 1 KiB. */
    private static final ZipPackage.Limits ONE_ENTRY = new ZipPackage.Limits(1, 1 << 20, 100);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private ZipPackage open(byte[] archive, ZipPackage.Limits limits) throws IOException {
        return ZipPackage.open(Files.write(directory.resolve("archive.zip"), archive), limits, () -> {});
    }

    /** An archive of one entry, whose directory grows with the comment of the entry. */
    private static byte[] archive(int commentChars) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry("a.txt");
            entry.setComment("c".repeat(commentChars));
            zip.putNextEntry(entry);
            zip.write('a');
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** An end record of an empty archive that says a comment of one byte follows. */
    private static byte[] emptyEnd() {
        ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt(0x06054b50).putShort(20, (short) 1);
        return end.array();
    }

    /** Also where the end record is further from the end of the file than the longest comment. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 65_535, 65_600})
    void aLargeDirectoryIsRefusedThoughASmallOneSeemsToFollow(int between) throws IOException {
        byte[] hidden = join(archive(50_000), new byte[between], emptyEnd());
        assertThatThrownBy(() -> open(hidden, ONE_ENTRY))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.ARCHIVE_BOMB));
    }

    @Test
    void aDirectoryIsBoundedAlsoWhereManyEntriesAreAllowed() throws IOException {
        ZipPackage.Limits many = new ZipPackage.Limits(100_000, 1 << 20, 100, 1_000);
        open(archive(900), many).close();
        assertThatThrownBy(() -> open(archive(1_000), many)).isInstanceOf(ExtractionException.class);
    }

    @Test
    void aSmallDirectoryBeforeWhatSeemsToBeOneIsRead() throws IOException {
        try (ZipPackage zip = open(join(archive(10), emptyEnd()), ONE_ENTRY)) {
            assertThat(zip.entries()).extracting(ZipEntry::getName).containsExactly("a.txt");
        }
    }

    @Test
    void theDirectoryOfAnArchiveInsideIsNotThatOfTheArchive() throws IOException {
        // Given
        byte[] inner = archive(50_000);
        CRC32 sum = new CRC32();
        sum.update(inner);
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(outer)) {
            ZipEntry entry = new ZipEntry("inner.zip");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(inner.length);
            entry.setCrc(sum.getValue());
            zip.putNextEntry(entry);
            zip.write(inner);
        }
        // Then
        try (ZipPackage zip = open(outer.toByteArray(), ONE_ENTRY)) {
            assertThat(zip.entries()).hasSize(1);
        }
    }
}
