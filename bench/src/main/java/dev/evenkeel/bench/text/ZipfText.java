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
 * (Mandelbrot 1953), over a vocabulary of everyday words and compounds of them. The same seed gives the same text. One instance
 * for each thread.
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
    /** Everyday words; pairs of them make the rare words, so that a token has about four characters, as in English. */
    private static final String[] STEMS =
            ("water house light hand book paper stone wood field river road city wall door table chair glass"
                            + " metal iron gold silver copper steel wind rain snow storm cloud earth land ground hill mountain"
                            + " valley forest tree leaf root seed fruit grain bread milk meat fish bird horse cattle sheep dog"
                            + " cat bear wolf snake horn bone skin blood heart head face nose mouth tooth foot knee back neck"
                            + " arm finger hair voice word letter line page story song music dance play game ball ring round"
                            + " square point edge side corner center middle front top bottom north south east west left right"
                            + " high low deep wide long short thick thin heavy soft hard cold warm hot dry wet clean dark"
                            + " bright white black green blue brown grey fire smoke steam ash oil coal gas power force speed"
                            + " motion work labor craft trade market shop store bank coin price cost value worth law court"
                            + " judge crime guard watch clock hour day night week month year season spring summer winter"
                            + " morning evening birth life death youth child mother father brother sister friend guest king"
                            + " queen lord knight soldier army fleet ship boat sail anchor port harbor shore coast island beach"
                            + " wave tide current stream lake pond well bridge tower castle church temple school college lesson"
                            + " test mark score team leader member group crowd nation people state border map plan order rule"
                            + " form shape size weight measure number sum part piece block brick plate bowl cup knife fork"
                            + " spoon pot pan oven lamp candle mirror window frame roof floor garden gate fence path track"
                            + " wheel engine train car truck plane wing tail pilot driver rider runner writer reader singer"
                            + " painter farmer baker miller smith")
                    .split(" ");

    private record Vocabulary(String[] words, double[] cumulative) {}

    private static final Map<Integer, Vocabulary> VOCABULARIES = new ConcurrentHashMap<>();

    private final String[] words;
    private final double[] cumulative;
    private final Random random;

    /**
     * @param vocabularySize distinct words, 1,000 to 50,000
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
        words.addAll(List.of(STEMS));
        Random random = new Random(VOCABULARY_SEED);
        while (words.size() < size) {
            words.add(STEMS[random.nextInt(STEMS.length)] + STEMS[random.nextInt(STEMS.length)]);
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
