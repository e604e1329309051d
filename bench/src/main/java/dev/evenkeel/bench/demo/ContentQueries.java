package dev.evenkeel.bench.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Queries that the content itself suggests: from the middle of three files, a few neighbouring words that few other files
 * have.
 */
public final class ContentQueries {

    private static final int LARGEST_BYTES = 256 * 1024;
    private static final int MOST_FILES = 2000;
    private static final int WORDS = 4;
    private static final int SHORTEST_WORD = 4;
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{Nd}]{" + (SHORTEST_WORD - 1) + ",30}");

    /** @param source the file that the words were taken from */
    public record ContentQuery(String text, Path source) {}

    private ContentQueries() {}

    /** Up to the given number of queries; none when no file holds text. */
    public static List<ContentQuery> from(List<Path> files, int count) throws IOException {
        Map<Path, List<String>> words = new LinkedHashMap<>();
        for (Path file : files) {
            List<String> found = words(file);
            if (found.size() >= 10 * WORDS && words.size() < MOST_FILES) {
                words.put(file, found);
            }
        }
        Map<String, Integer> frequencies = documentFrequencies(words);
        List<Path> candidates = List.copyOf(words.keySet());
        List<ContentQuery> queries = new ArrayList<>();
        for (int i = 0; i < Math.min(count, candidates.size()); i++) {
            Path file = candidates.get((int) ((i + 0.5) * candidates.size() / Math.min(count, candidates.size())));
            queries.add(new ContentQuery(phrase(words.getOrDefault(file, List.of()), frequencies), file));
        }
        return queries;
    }

    private static List<String> words(Path file) throws IOException {
        if (Files.size(file) > LARGEST_BYTES) {
            return List.of();
        }
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException binary) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group().toLowerCase(Locale.ROOT));
        }
        return words;
    }

    private static Map<String, Integer> documentFrequencies(Map<Path, List<String>> words) {
        Map<String, Integer> frequencies = new HashMap<>();
        for (List<String> all : words.values()) {
            Set<String> distinct = new HashSet<>(all);
            distinct.forEach(word -> frequencies.merge(word, 1, Integer::sum));
        }
        return frequencies;
    }

    /** The window of words with the lowest document frequencies in the middle half of the file. */
    private static String phrase(List<String> words, Map<String, Integer> frequencies) {
        List<List<String>> windows = new ArrayList<>();
        for (int from = words.size() / 4; from + WORDS <= words.size() * 3 / 4; from++) {
            List<String> window = words.subList(from, from + WORDS);
            if (new HashSet<>(window).size() == WORDS) {
                windows.add(window);
            }
        }
        return windows.stream()
                .min(Comparator.comparingInt(window -> window.stream()
                        .mapToInt(word -> frequencies.getOrDefault(word, 0))
                        .sum()))
                .map(window -> String.join(" ", window))
                .orElse(String.join(" ", words.subList(0, WORDS)));
    }
}
