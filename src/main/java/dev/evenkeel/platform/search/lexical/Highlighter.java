package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Marks the words of a query in texts. Pure CPU work. */
final class Highlighter {
    /** A text has no more marks than this. */
    private static final int MAX_RANGES = 1_000;

    private final Stems stems;
    private final Set<String> terms = new HashSet<>();

    /** @param stems of the query's tokens and of the texts' */
    Highlighter(Stems stems, LexicalQuery query) {
        this.stems = stems;
        for (String word : query.words().keySet()) {
            String term = stems.termOf(word);
            if (term != null) {
                terms.add(term);
            }
        }
    }

    List<TextRange> ranges(List<Token> tokens) {
        List<TextRange> found = new ArrayList<>();
        for (Token token : tokens) {
            String term = stems.termOf(token.text());
            if (term != null && terms.contains(term)) {
                found.add(new TextRange(token.start(), token.end()));
            }
        }
        found.sort(Comparator.comparingInt(TextRange::start));
        return joined(found);
    }

    /** The share of the query's terms that are among a text's tokens; 0 of a query without any. */
    double share(List<Token> tokens) {
        Set<String> found = new HashSet<>();
        for (Token token : tokens) {
            String term = stems.termOf(token.text());
            if (term != null && terms.contains(term)) {
                found.add(term);
            }
        }
        return terms.isEmpty() ? 0 : (double) found.size() / terms.size();
    }

    private static List<TextRange> joined(List<TextRange> sorted) {
        List<TextRange> joined = new ArrayList<>();
        for (TextRange range : sorted) {
            int last = joined.size() - 1;
            if (last >= 0 && range.start() <= joined.get(last).end()) {
                TextRange before = joined.get(last);
                joined.set(last, new TextRange(before.start(), Math.max(before.end(), range.end())));
            } else if (joined.size() < MAX_RANGES) {
                joined.add(range);
            }
        }
        return joined;
    }
}
