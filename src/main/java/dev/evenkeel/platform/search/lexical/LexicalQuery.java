package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A query in words, before stemming. Every text is a query: words in any order, and phrases between double quotes. An
 * unpaired quote is no quote.
 */
public final class LexicalQuery {
    /** What lies beyond this many characters is not read. */
    static final int MAX_LENGTH = 20_000;

    /** Later distinct words are not read. */
    static final int MAX_WORDS = 256;

    private final Map<String, Integer> words = new LinkedHashMap<>();
    private final List<List<String>> phrases = new ArrayList<>();
    private final Map<String, Integer> ownChunks = new HashMap<>();

    private LexicalQuery() {}

    public static LexicalQuery parse(String text) {
        LexicalQuery query = new LexicalQuery();
        String read = text.substring(0, Math.min(text.length(), MAX_LENGTH));
        int at = 0;
        while (at < read.length()) {
            int open = nextQuote(read, at);
            int close = open < 0 ? -1 : nextQuote(read, open + 1);
            if (close < 0) {
                query.addWords(Analyzer.queryTokens(read.substring(at)));
                break;
            }
            query.addWords(Analyzer.queryTokens(read.substring(at, open)));
            query.addPhrase(Analyzer.queryTokens(read.substring(open + 1, close)));
            at = close + 1;
        }
        return query;
    }

    /**
     * The words of texts that are to be compared with others, so that which of them are rare decides. A word that occurs often
     * weighs by the logarithm of its count: whole documents repeat themselves. Linear in the texts.
     *
     * @param searched whether the texts are chunks of what is searched; words that only they have are then left out
     */
    public static LexicalQuery telling(List<String> texts, boolean searched) {
        LexicalQuery query = new LexicalQuery();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String text : texts) {
            Set<String> seen = new HashSet<>();
            for (Token token : Analyzer.queryTokens(text)) {
                if (!token.overlap()) {
                    counts.merge(token.text(), 1, Integer::sum);
                    if (searched && seen.add(token.text())) {
                        query.ownChunks.merge(token.text(), 1, Integer::sum);
                    }
                }
            }
        }
        counts.entrySet().stream()
                .filter(word -> word.getKey().length() > 1)
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(MAX_WORDS)
                .forEach(word ->
                        query.words.put(word.getKey(), Integer.SIZE - Integer.numberOfLeadingZeros(word.getValue())));
        return query;
    }

    /** In how many of the searched chunks a word is that are themselves the question; 0 when it is none of them. */
    int ownChunks(String word) {
        return ownChunks.getOrDefault(word, 0);
    }

    private static int nextQuote(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\u201C' || c == '\u201D' || c == '\u201E') {
                return i;
            }
        }
        return -1;
    }

    private void addWords(List<Token> tokens) {
        for (Token token : tokens) {
            if (words.containsKey(token.text()) || words.size() < MAX_WORDS) {
                words.merge(token.text(), 1, Integer::sum);
            }
        }
    }

    private void addPhrase(List<Token> tokens) {
        addWords(tokens);
        List<String> phrase = tokens.stream()
                .filter(token -> !token.overlap())
                .map(Token::text)
                .toList();
        if (!phrase.isEmpty() && words.keySet().containsAll(phrase)) {
            phrases.add(phrase);
        }
    }

    /** The distinct tokens in order of appearance, with how often each occurs. */
    public Map<String, Integer> words() {
        return words;
    }

    /** The quoted phrases, each as its tokens in order. A hit contains all words of all of them. */
    public List<List<String>> phrases() {
        return phrases;
    }
}
