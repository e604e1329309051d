package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.lexical.Analyzer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a compound question apart: several questions in one ({@code What is a? Why b?}), a comparison ({@code a vs b},
 * {@code compare a and b}, {@code difference between a and b}), or clauses that a conjunction joins ({@code what is a and how
 * does it affect b}). Parts keep what they share: the subject for a pronoun, the words around a comparison. Nouns joined by
 * "and" stay together. English only; of other questions, and of quoted phrases, the whole is the only part. Pure CPU work.
 */
final class QueryDecomposition {
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_PARTS = 4;

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern QUOTE = Pattern.compile("[\"\u201C\u201D\u201E]");
    private static final Pattern QUESTIONS = Pattern.compile("[?\uFF1F]+");
    private static final Pattern VERSUS =
            Pattern.compile("\\s+(?:vs\\.?|versus)\\s+|\\s+compared\\s+(?:to|with)\\s+", FLAGS);
    private static final Pattern COMPARED = Pattern.compile(
            "^(?:.{0,60}?\\b)?(?:compare|comparison\\s+(?:of|between)|differences?\\s+between)\\s+(.{2,400}?)"
                    + "\\s+(?:and|with|to)\\s+(.{2,400})$",
            FLAGS);
    private static final Pattern CLAUSES = Pattern.compile(
            "\\s*[,;]?\\s+(?:and|or|but)\\s+(?=(?:also\\s+)?(?:how|what|why|when|where|who|whose|which|does|do|did|is|are"
                    + "|was|were|can|could|should|would|will)\\s)",
            FLAGS);

    /** What stands before the things that are compared, and what behind them. */
    private static final Pattern FRAME_BEFORE =
            Pattern.compile("^(.*\\b(?:of|in|for|between|with|from|is|are|use|using|better|:)|.*,)\\s+(?=\\S)", FLAGS);

    private static final Pattern FRAME_BEHIND =
            Pattern.compile("\\s(?:of|in|for|on|with|at|when|as|under)\\s.*$", FLAGS);

    private static final Pattern PRONOUN = Pattern.compile("\\b(?:it|its|they|them|their|this|these|those)\\b", FLAGS);

    /** Questions whose subject is known: {@code what is X}, {@code how does X work}. */
    private static final List<Pattern> SUBJECTS = List.of(
            Pattern.compile(
                    "^(?:what|who|where)(?:'s|\\s+(?:is|are|was|were))\\s+(?:an?\\s+|the\\s+)?(.{2,200})$", FLAGS),
            Pattern.compile(
                    "^how\\s+(?:does|do|did|can)\\s+(?:an?\\s+|the\\s+)?(.{2,200}?)\\s+(?:works?|functions?|happens?)$",
                    FLAGS),
            Pattern.compile("^(?:explain|describe|define)\\s+(?:an?\\s+|the\\s+)?(.{2,200})$", FLAGS));

    private QueryDecomposition() {}

    /** The parts of a question, at most four, in its order; the question alone when it is not compound. */
    static List<String> parts(String question) {
        String stripped = question.strip();
        if (stripped.length() > MAX_LENGTH || QUOTE.matcher(stripped).find()) {
            return List.of(question);
        }
        // The patterns below would try every way to divide a run of blanks among them.
        String asked = BLANKS.matcher(stripped).replaceAll(" ");
        List<String> parts = withSubject(split(QUESTIONS.split(asked)));
        List<String> meaningful = parts.stream()
                .map(String::strip)
                .filter(part -> !Analyzer.queryTokens(part).isEmpty())
                .distinct()
                .limit(MAX_PARTS)
                .toList();
        return meaningful.size() < 2 ? List.of(question) : meaningful;
    }

    private static List<String> split(String[] sentences) {
        List<String> parts = new ArrayList<>();
        for (String sentence : sentences) {
            for (String clause : CLAUSES.split(sentence.strip())) {
                parts.addAll(compared(clause.strip()));
            }
        }
        return parts;
    }

    private static List<String> compared(String clause) {
        Matcher compared = COMPARED.matcher(clause);
        if (compared.find() && !VERSUS.matcher(clause).find()) {
            return framed(List.of(compared.group(1), compared.group(2)));
        }
        String[] sides = VERSUS.split(clause);
        return sides.length < 2 ? List.of(clause) : framed(List.of(sides));
    }

    /** Gives all sides of a comparison what stands before the first and behind the last. */
    private static List<String> framed(List<String> sides) {
        String first = sides.get(0);
        String last = sides.get(sides.size() - 1);
        Matcher before = FRAME_BEFORE.matcher(first);
        String head = before.find() && first.length() > before.end() ? first.substring(0, before.end()) : "";
        Matcher behind = FRAME_BEHIND.matcher(last);
        String tail = behind.find() && behind.start() > 0 ? last.substring(behind.start()) : "";
        List<String> whole = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            whole.add((i == 0 ? "" : head) + sides.get(i) + (i == sides.size() - 1 ? "" : tail));
        }
        return whole;
    }

    /** Puts the subject of the first part in the place of a pronoun in the others. */
    private static List<String> withSubject(List<String> parts) {
        if (parts.size() < 2) {
            return parts;
        }
        String first = parts.get(0).strip();
        String subject = SUBJECTS.stream()
                .map(pattern -> pattern.matcher(first))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("");
        if (subject.isEmpty()
                || PRONOUN.matcher(subject.toLowerCase(Locale.ROOT)).find()) {
            return parts;
        }
        List<String> complete = new ArrayList<>(List.of(first));
        parts.subList(1, parts.size())
                .forEach(part -> complete.add(PRONOUN.matcher(part).replaceFirst(Matcher.quoteReplacement(subject))));
        return complete;
    }
}
