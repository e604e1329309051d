package dev.evenkeel.bench.ingest;

import dev.evenkeel.bench.api.UploadFile;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.text.ZipfText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Text files that cost the writer almost nothing: paragraphs are generated once and drawn at random, and every one gets a unique
 * first word, so that no two documents or chunks are equal. Otherwise the generator would take the processor from the service.
 */
final class DocumentFactory {

    private static final int PARAGRAPHS = 3000;

    private final String[] paragraphs;
    private final int paragraphsEach;
    private final String prefix;

    DocumentFactory(String prefix, int paragraphsEach) {
        ZipfText text = new ZipfText(GeneratedCorpus.VOCABULARY, 5);
        this.paragraphs = IntStream.range(0, PARAGRAPHS)
                .mapToObj(i -> text.paragraph(GeneratedCorpus.PARAGRAPH_CHARACTERS))
                .toArray(String[]::new);
        this.paragraphsEach = paragraphsEach;
        this.prefix = prefix;
    }

    /** The document with the given number, the same at every call. */
    UploadFile document(long number) {
        SplittableRandom random = new SplittableRandom(number);
        String[] parts = new String[paragraphsEach];
        Arrays.setAll(parts, i -> prefix + number + "x" + i + " " + paragraphs[random.nextInt(PARAGRAPHS)]);
        byte[] bytes = (String.join("\n\n", parts) + "\n").getBytes(StandardCharsets.UTF_8);
        return UploadFile.of(prefix + "/" + number / 1000 + "/" + number + ".txt", bytes);
    }
}
