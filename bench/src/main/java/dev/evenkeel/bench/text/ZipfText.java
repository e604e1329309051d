package dev.evenkeel.bench.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Text whose word frequencies follow the Zipf-Mandelbrot law of natural language, p(r) proportional to (r + 2.7)^-1.07
 * (Mandelbrot 1953), over a vocabulary of pronounceable words. The same seed gives the same text. One instance for each thread.
 */
public final class ZipfText {

    private static final double SHIFT = 2.7;
    private static final double EXPONENT = 1.07;
    private static final long VOCABULARY_SEED = 20_260_101;
    private static final String[] FREQUENT =
            ("the of and to in is that for it as was with be by on not he his but at are this"
                            + " have from or had an they which one you were all her she there would their we him been has when who will"
                            + " no more if out so up said what its about than into them can only other time new some could these two may"
                            + " first then do any like my now over such our man me even most made after also did many off before must"
                            + " well back through years where much your way down should because long each just state those people too")
                    .split(" ");
    private static final String[] ONSETS =
            "b c d f g h l m n p r s t v w st tr pr br gr cl pl fl sp sh ch th".split(" ");
    private static final String[] RIMES =
            "an en in on er or ar al el ion ate ine ant ent ist ise ous ive ary ing ed um us ic age ance est ell ope ure"
                    .split(" ");

    private record Vocabulary(String[] words, double[] cumulative) {}

    private static final Map<Integer, Vocabulary> VOCABULARIES = new ConcurrentHashMap<>();

    private final String[] words;
    private final double[] cumulative;
    private final Random random;

    /**
     * @param vocabularySize distinct words, at least 1,000
     * @param seed of the text; the vocabulary is the same for every seed
     */
    public ZipfText(int vocabularySize, long seed) {
        Vocabulary vocabulary = VOCABULARIES.computeIfAbsent(vocabularySize, ZipfText::vocabulary);
        this.words = vocabulary.words;
        this.cumulative = vocabulary.cumulative;
        this.random = new Random(seed);
    }

    private static Vocabulary vocabulary(int size) {
        Set<String> words = new LinkedHashSet<>(List.of(FREQUENT));
        Random random = new Random(VOCABULARY_SEED);
        while (words.size() < size) {
            int syllables = 2 + random.nextInt(2);
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < syllables; i++) {
                word.append(ONSETS[random.nextInt(ONSETS.length)]).append(RIMES[random.nextInt(RIMES.length)]);
            }
            words.add(word.toString());
        }
        double[] cumulative = new double[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++) {
            sum += Math.pow(rank + 1 + SHIFT, -EXPONENT);
            cumulative[rank] = sum;
        }
        return new Vocabulary(words.toArray(String[]::new), cumulative);
    }

    /** The word with the given rank, 0 for the most frequent. */
    public String word(int rank) {
        return words[rank];
    }

    /** A word of a rank chosen uniformly from the half-open range. */
    public String wordBetween(int fromRank, int toRank) {
        return words[fromRank + random.nextInt(toRank - fromRank)];
    }

    /** A word drawn by its frequency. */
    public String draw() {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int index = Arrays.binarySearch(cumulative, point);
        return words[Math.min(words.length - 1, index < 0 ? -index - 1 : index)];
    }

    /** One paragraph of sentences with at least the given number of characters, ending with a full stop. */
    public String paragraph(int characters) {
        StringBuilder text = new StringBuilder(characters + 100);
        while (text.length() < characters) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            sentence(text);
        }
        return text.toString();
    }

    /** Several paragraphs, an empty line between them. */
    public String document(int paragraphs, int charactersEach) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < paragraphs; i++) {
            parts.add(paragraph(charactersEach));
        }
        return String.join("\n\n", parts) + "\n";
    }

    private void sentence(StringBuilder text) {
        int length = 6 + random.nextInt(14);
        int start = text.length();
        for (int i = 0; i < length; i++) {
            if (i > 0) {
                text.append(' ');
            }
            text.append(draw());
        }
        text.setCharAt(start, Character.toUpperCase(text.charAt(start)));
        text.append('.');
    }
}
