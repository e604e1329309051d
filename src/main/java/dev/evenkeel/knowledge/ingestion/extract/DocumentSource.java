package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the content of a document is: in a file, or in memory as text. */
sealed interface DocumentSource {

    /** All characters. */
    DecodedText text(ExtractionLimits limits);

    record OfFile(Path path) implements DocumentSource {

        @Override
        public DecodedText text(ExtractionLimits limits) {
            try {
                // No encoding has more than four bytes a character, so a larger file need not be read to be refused.
                long bytes = Files.size(path);
                if (bytes > 4L * limits.maxChars()) {
                    throw limits.tooManyBytes(bytes);
                }
                DecodedText decoded = TextDecoder.decode(Files.readAllBytes(path));
                limits.checkChars(decoded.text().length());
                return decoded;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
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
