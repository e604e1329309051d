package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Refuses PDFs with a stream that unpacks to far more than a text needs, before the parser, which unpacks a stream as a whole, would take
 * the memory of the process. Images are left alone: reading text does not unpack them.
 */
final class PdfStreamGuard {

    private static final byte[] STREAM = "stream".getBytes(StandardCharsets.US_ASCII);

    /** What one stream may unpack to; page contents and fonts have some megabytes at most. */
    private static final long MAX_UNPACKED_BYTES = 64L << 20;

    /** Deflate packs at most about 1030 to 1, so that a shorter stream stays within the limit. */
    private static final int HARMLESS_BYTES = 60 << 10;

    /** A stream's dictionary stands in front of it and is rarely longer. */
    private static final int DICTIONARY_BYTES = 4096;

    private final ByteBuffer file;
    private final Deadline deadline;
    private final byte[] scratch = new byte[64 << 10];

    private PdfStreamGuard(ByteBuffer file, Deadline deadline) {
        this.file = file;
        this.deadline = deadline;
    }

    /**
     * Checks every packed stream of a file.
     *
     * @throws ExtractionException {@code too_large}
     */
    static void check(Path path, Deadline deadline) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new ExtractionException(ExtractionCode.TOO_LARGE, "The PDF is larger than 2 GiB.");
            }
            new PdfStreamGuard(channel.map(MapMode.READ_ONLY, 0, channel.size()), deadline).checkAll();
        }
    }

    private void checkAll() {
        int position = 0;
        while (position <= file.limit() - STREAM.length) {
            if (file.get(position) == STREAM[0] && isStream(position)) {
                deadline.check();
                int data = startOfData(position + STREAM.length);
                if (file.limit() - data > HARMLESS_BYTES && isZlib(data) && !isImage(position)) {
                    checkStream(data);
                }
                position = data;
            } else {
                position++;
            }
        }
    }

    private boolean isStream(int position) {
        for (int i = 1; i < STREAM.length; i++) {
            if (file.get(position + i) != STREAM[i]) {
                return false;
            }
        }
        return position > 0 && file.get(position - 1) != 'd';
    }

    private int startOfData(int position) {
        int i = position;
        while (i < file.limit() && (file.get(i) == '\r' || file.get(i) == '\n')) {
            i++;
        }
        return i;
    }

    private boolean isZlib(int position) {
        int first = file.get(position) & 0xFF;
        int second = file.get(position + 1) & 0xFF;
        return (first & 0x0F) == 8 && (first << 8 | second) % 31 == 0;
    }

    private boolean isImage(int position) {
        byte[] before = new byte[Math.min(position, DICTIONARY_BYTES)];
        file.get(position - before.length, before);
        String text = new String(before, StandardCharsets.ISO_8859_1);
        return text.indexOf("/Image", Math.max(0, text.lastIndexOf("obj"))) >= 0;
    }

    private void checkStream(int position) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file.slice(position, file.limit() - position));
            while (inflater.getBytesWritten() <= MAX_UNPACKED_BYTES) {
                int count = inflater.inflate(scratch);
                if (count == 0) {
                    return;
                }
                deadline.check();
            }
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE,
                    "The PDF has a stream that unpacks to more than " + (MAX_UNPACKED_BYTES >> 20) + " MiB.");
        } catch (DataFormatException e) {
            // No stream after all, or a damaged one, of which the parser will say so.
        } finally {
            inflater.end();
        }
    }
}
