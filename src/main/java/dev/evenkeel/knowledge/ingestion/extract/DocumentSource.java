package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the content of a document is: in a file, or in memory as text. */
sealed interface DocumentSource {

    int BUFFER_BYTES = 64 * 1024;

    /** All characters. */
    DecodedText text(ExtractionLimits limits);

    record OfFile(Path path) implements DocumentSource {

        @Override
        public DecodedText text(ExtractionLimits limits) {
            DecodedText decoded = TextDecoder.decode(bytes(limits));
            limits.checkChars(decoded.text().length());
            return decoded;
        }

        /** All bytes of a file that can be within the limit of characters. */
        byte[] bytes(ExtractionLimits limits) {
            try {
                long bytes = Files.size(path);
                if (bytes > limits.maxChars()) {
                    // Counting costs a moment, decoding a multiple of the file's size in memory.
                    limits.checkChars(leastChars());
                }
                return Files.readAllBytes(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** UTF-16 units that the file has at least: two bytes each in UTF-16, else every byte that continues no sequence. */
        private long leastChars() throws IOException {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                long chars = 0;
                boolean first = true;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (first && read > 1 && (buffer[0] & 0xFF) + (buffer[1] & 0xFF) == 0xFF + 0xFE) {
                        return Files.size(path) / 2 - 1;
                    }
                    first = false;
                    for (int i = 0; i < read; i++) {
                        chars += (buffer[i] & 0xC0) != 0x80 ? 1 : 0;
                    }
                }
                return chars;
            }
        }
    }

    record OfText(String content) implements DocumentSource {

        @Override
        public DecodedText text(ExtractionLimits limits) {
            limits.checkChars(content.length());
            return DecodedText.of(content, "UTF-8", List.of());
        }
    }
}
