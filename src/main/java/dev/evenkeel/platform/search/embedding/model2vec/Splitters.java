package dev.evenkeel.platform.search.embedding.model2vec;

import java.util.ArrayList;
import java.util.List;

/** The ways of cutting a text into words that tokenizers of static models use. */
final class Splitters {
    private Splitters() {}

    private enum Class {
        SPACE,
        WORD,
        MARK
    }

    /** Words between white space; every punctuation mark is a word of its own ({@code BertPreTokenizer}). */
    static List<String> bert(String text) {
        List<String> words = new ArrayList<>();
        int from = -1;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            int next = at + Character.charCount(c);
            boolean space = Characters.isWhiteSpace(c);
            boolean mark = !space && Characters.isPunctuation(c);
            if ((space || mark) && from >= 0) {
                words.add(text.substring(from, at));
                from = -1;
            }
            if (mark) {
                words.add(text.substring(at, next));
            } else if (!space && from < 0) {
                from = at;
            }
            at = next;
        }
        if (from >= 0) {
            words.add(text.substring(from));
        }
        return words;
    }

    /** What stands between white space ({@code WhitespaceSplit}). */
    static List<String> whiteSpace(String text) {
        return runs(text, c -> Characters.isWhiteSpace(c) ? Class.SPACE : Class.WORD);
    }

    /** What {@code Metaspace} does: spaces become a sign that shows them, with which a text begins in any case or as it is. */
    record Metaspace(String sign, boolean prepend, boolean split) implements Tokenizer.Splitter {
        @Override
        public List<String> words(String text) {
            if (text.isEmpty()) {
                return List.of();
            }
            String shown = text.replace(" ", sign);
            if (prepend && !shown.startsWith(sign)) {
                shown = sign + shown;
            }
            if (!split) {
                return List.of(shown);
            }
            List<String> words = new ArrayList<>();
            int from = 0;
            // Each sign begins a word, also one behind another.
            for (int at = shown.indexOf(sign, 1); at >= 0; at = shown.indexOf(sign, at + 1)) {
                words.add(shown.substring(from, at));
                from = at;
            }
            words.add(shown.substring(from));
            return words;
        }
    }

    /** Splits what the one has split by the other. */
    static Tokenizer.Splitter inTurn(Tokenizer.Splitter first, Tokenizer.Splitter second) {
        return text -> {
            List<String> words = new ArrayList<>();
            for (String word : first.words(text)) {
                words.addAll(second.words(word));
            }
            return words;
        };
    }

    /** Runs of letters, digits and underscores, and runs of other signs ({@code Whitespace}). */
    static List<String> wordsAndMarks(String text) {
        return runs(text, c -> {
            if (Characters.isWhiteSpace(c)) {
                return Class.SPACE;
            }
            boolean word = Character.isLetterOrDigit(c)
                    || c == '_'
                    || Character.getType(c) == Character.NON_SPACING_MARK
                    || Character.getType(c) == Character.COMBINING_SPACING_MARK
                    || Character.getType(c) == Character.CONNECTOR_PUNCTUATION;
            return word ? Class.WORD : Class.MARK;
        });
    }

    private static List<String> runs(String text, java.util.function.IntFunction<Class> classes) {
        List<String> words = new ArrayList<>();
        int from = 0;
        Class present = Class.SPACE;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            Class found = classes.apply(c);
            if (found != present) {
                if (present != Class.SPACE) {
                    words.add(text.substring(from, at));
                }
                from = at;
                present = found;
            }
            at += Character.charCount(c);
        }
        if (present != Class.SPACE) {
            words.add(text.substring(from));
        }
        return words;
    }
}
