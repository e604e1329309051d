package dev.evenkeel.bench.corpus;

import dev.evenkeel.bench.text.ZipfText;
import java.util.List;
import java.util.stream.IntStream;

/** Kinds of search queries over generated text, from the cheapest to the dearest for an inverted index. */
public enum QueryKind {
    /** Two words that few chunks hold. */
    RARE {
        @Override
        String query(ZipfText words) {
            return words.wordBetween(10_000, 30_000) + " " + words.wordBetween(10_000, 30_000);
        }
    },
    /** A word of nearly every chunk, two of medium frequency, one rare. */
    MIXED {
        @Override
        String query(ZipfText words) {
            return words.wordBetween(0, 15) + " " + words.wordBetween(150, 1500) + " " + words.wordBetween(150, 1500)
                    + " " + words.wordBetween(10_000, 30_000);
        }
    },
    /** Four of the most frequent words. */
    COMMON {
        @Override
        String query(ZipfText words) {
            return words.wordBetween(0, 20) + " " + words.wordBetween(0, 20) + " " + words.wordBetween(0, 20) + " "
                    + words.wordBetween(0, 20);
        }
    };

    abstract String query(ZipfText words);

    /** Queries of this kind; the same for the same seed. */
    public List<String> queries(int count, long seed) {
        ZipfText words = new ZipfText(GeneratedCorpus.VOCABULARY, seed);
        return IntStream.range(0, count).mapToObj(i -> query(words)).toList();
    }
}
