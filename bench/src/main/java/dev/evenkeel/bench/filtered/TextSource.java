package dev.evenkeel.bench.filtered;

import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Documents of about the same length: cut from the files of a folder, or generated when there is none or it is used up. */
public final class TextSource {
    private static final long LARGEST_FILE = 4L << 20;

    private final int paragraphs;
    private final List<String> documents = new ArrayList<>();

    /** @param folder null for generated text */
    public TextSource(@Nullable Path folder, int paragraphs, int wantedDocuments) throws IOException {
        this.paragraphs = paragraphs;
        if (folder != null) {
            read(folder, wantedDocuments);
        }
    }

    private void read(Path folder, int wanted) throws IOException {
        int length = paragraphs * GeneratedCorpus.PARAGRAPH_CHARACTERS;
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (documents.size() >= wanted) {
                    return;
                }
                if (Files.size(file) > LARGEST_FILE || !Files.isReadable(file)) {
                    continue;
                }
                String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                if (content.indexOf('\0') >= 0 || content.indexOf('\uFFFD') >= 0) {
                    // Not text, or not in UTF-8.
                    continue;
                }
                text.append(content).append("\n\n");
                while (text.length() >= length && documents.size() < wanted) {
                    documents.add(text.substring(0, length));
                    text.delete(0, length);
                }
            }
        }
    }

    /** Documents that were cut from files. */
    public int real() {
        return documents.size();
    }

    public String document(int number) {
        return number < documents.size()
                ? documents.get(number)
                : new ZipfText(GeneratedCorpus.VOCABULARY, number)
                        .document(paragraphs, GeneratedCorpus.PARAGRAPH_CHARACTERS);
    }

    /** Some consecutive words of a document, as a question to it. */
    public String query(int document, int number) {
        String[] words = document(document).split("\\W+");
        int from = (int) ((number * 7919L) % Math.max(1, words.length - 8));
        return String.join(" ", List.of(words).subList(from, Math.min(words.length, from + 8)));
    }
}
