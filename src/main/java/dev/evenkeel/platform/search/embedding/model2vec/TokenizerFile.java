package dev.evenkeel.platform.search.embedding.model2vec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code tokenizer.json} of huggingface/tokenizers, as far as static models use it: {@code WordPiece} and {@code Unigram}
 * models with the normalisers and splitters named below. What is not known is refused rather than left out, because other pieces would be
 * other vectors. Post-processing, padding and truncation of the file do not matter: model2vec adds no special tokens and
 * has a limit of its own.
 */
final class TokenizerFile {
    private static final int MAX_PIECE_LENGTH = 1_000;
    private static final int LONGEST_WORD = 100;
    private static final int MAX_STEPS = 100;
    private static final int MAX_DEPTH = 10;
    private static final int MAX_REPLACEMENT_LENGTH = 32;

    /** Each place of a text is compared with so many characters; sentencepiece makes pieces of at most 16 unless told otherwise. */
    private static final int MAX_UNIGRAM_PIECE_LENGTH = 200;

    /** Longest normalised text in chars; far more than 512 pieces. */
    private static final int MAX_NORMALISED = 1 << 20;

    /** The regular expressions that tokenizers of static models have; no others, as they may take any time. */
    private static final Map<String, Pattern> REPLACED =
            Map.of("\\s+", Pattern.compile("[\\s\\p{Zs}]+"), " {2,}", Pattern.compile(" {2,}"));

    private static final ObjectReader JSON = JsonMapper.builder().build().reader();

    private TokenizerFile() {}

    /**
     * The tokenizer that the file describes.
     *
     * @throws ModelFileException when it is not supported, or no such file
     */
    static Tokenizer read(byte[] file) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(file);
        } catch (JsonProcessingException e) {
            throw new ModelFileException("tokenizer.json is not JSON.");
        }
        JsonNode model = json.path("model");
        String kind = model.path("type").asText("none");
        Tokenizer.Pieces pieces = switch (kind) {
            case "WordPiece" -> wordPiece(model);
            case "Unigram" -> unigram(model);
            default -> throw unsupported("model", kind, "WordPiece and Unigram");
        };
        return new Tokenizer(normaliser(json.path("normalizer"), 0), splitter(json.path("pre_tokenizer"), 0), pieces);
    }

    private static Unigram unigram(JsonNode model) {
        JsonNode listed = model.path("vocab");
        if (!listed.isArray() || listed.isEmpty()) {
            throw new ModelFileException("tokenizer.json has no vocabulary.");
        }
        List<String> vocabulary = new ArrayList<>(listed.size());
        double[] scores = new double[listed.size()];
        for (JsonNode piece : listed) {
            String text = piece.path(0).asText();
            double score = piece.path(1).asDouble();
            if (!piece.path(0).isTextual()
                    || !piece.path(1).isNumber()
                    || !Double.isFinite(score)
                    || text.length() > MAX_UNIGRAM_PIECE_LENGTH
                    || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new ModelFileException("tokenizer.json has a vocabulary that is not one.");
            }
            scores[vocabulary.size()] = score;
            vocabulary.add(text);
        }
        JsonNode unknown = model.path("unk_id");
        boolean none = unknown.isMissingNode() || unknown.isNull();
        if (!none && !(unknown.canConvertToInt() && unknown.asInt() >= 0 && unknown.asInt() < vocabulary.size())) {
            throw new ModelFileException("The \"unk_id\" of tokenizer.json is not the number of a piece.");
        }
        return new Unigram(
                vocabulary,
                scores,
                none ? -1 : unknown.asInt(),
                model.path("byte_fallback").asBoolean(false));
    }

    private static WordPiece wordPiece(JsonNode model) {
        JsonNode listed = model.path("vocab");
        if (!listed.isObject() || listed.isEmpty()) {
            throw new ModelFileException("tokenizer.json has no vocabulary.");
        }
        Map<String, Integer> vocabulary = new HashMap<>(listed.size() * 2);
        listed.fields().forEachRemaining(piece -> {
            if (!piece.getValue().canConvertToInt()
                    || piece.getValue().asInt() < 0
                    || piece.getKey().length() > MAX_PIECE_LENGTH) {
                throw new ModelFileException("tokenizer.json has a vocabulary that is not one.");
            }
            vocabulary.put(piece.getKey(), piece.getValue().asInt());
        });
        JsonNode longest = model.path("max_input_chars_per_word");
        int longestWord = longest.asInt(LONGEST_WORD);
        if (!longest.isMissingNode() && !longest.canConvertToInt()
                || longestWord < 1
                || longestWord > MAX_PIECE_LENGTH) {
            throw unsupported("max_input_chars_per_word", longest.asText(), "1 to " + MAX_PIECE_LENGTH);
        }
        return new WordPiece(
                vocabulary,
                model.path("unk_token").asText("[UNK]"),
                model.path("continuing_subword_prefix").asText("##"),
                longestWord);
    }

    private static UnaryOperator<String> normaliser(JsonNode json, int depth) {
        if (json.isMissingNode() || json.isNull()) {
            return text -> text;
        }
        String kind = json.path("type").asText();
        return switch (kind) {
            case "BertNormalizer" -> {
                boolean lowerCase = json.path("lowercase").asBoolean(true);
                yield new BertNormaliser(
                        json.path("clean_text").asBoolean(true),
                        json.path("handle_chinese_chars").asBoolean(true),
                        // Absent or null: accents go when capitals do.
                        json.path("strip_accents").asBoolean(lowerCase),
                        lowerCase);
            }
            case "Lowercase" -> Characters::lowerCase;
            case "StripAccents" -> Characters::withoutMarks;
            case "NFC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFC);
            case "NFD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case "NFKC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKC);
            case "NFKD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKD);
            case "Strip" ->
                stripped(
                        json.path("strip_left").asBoolean(true),
                        json.path("strip_right").asBoolean(true));
            case "Precompiled" -> Charsmap.of(json.path("precompiled_charsmap").asText(), MAX_NORMALISED);
            case "Replace" -> replacement(json);
            case "Sequence" -> inTurn(json.path("normalizers"), depth);
            default ->
                throw unsupported(
                        "normalizer",
                        kind,
                        "BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, Precompiled, Replace and Sequence");
        };
    }

    private static UnaryOperator<String> replacement(JsonNode json) {
        String wanted = json.path("content").asText();
        if (wanted.length() > MAX_REPLACEMENT_LENGTH) {
            throw unsupported("replacement", wanted, "at most " + MAX_REPLACEMENT_LENGTH + " characters");
        }
        JsonNode pattern = json.path("pattern");
        String literal = pattern.path("String").asText();
        if (!literal.isEmpty()) {
            return text -> text.replace(literal, wanted);
        }
        Pattern known = REPLACED.get(pattern.path("Regex").asText());
        if (known == null) {
            throw unsupported(
                    "pattern of a replacement", pattern.toString(), "a text, white space \\s+ and two spaces or more");
        }
        return text -> known.matcher(text).replaceAll(Matcher.quoteReplacement(wanted));
    }

    private static UnaryOperator<String> stripped(boolean left, boolean right) {
        return text -> {
            int from = 0;
            int to = text.length();
            while (left && from < to && Characters.isWhiteSpace(text.charAt(from))) {
                from++;
            }
            while (right && from < to && Characters.isWhiteSpace(text.charAt(to - 1))) {
                to--;
            }
            return text.substring(from, to);
        };
    }

    /** At most so much of a text as a tokenizer can make of any that is worth it: replacements make texts longer. */
    private static String bounded(String text) {
        if (text.length() <= MAX_NORMALISED) {
            return text;
        }
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(MAX_NORMALISED - 1)) ? MAX_NORMALISED - 1 : MAX_NORMALISED);
    }

    private static UnaryOperator<String> inTurn(JsonNode steps, int depth) {
        if (depth > MAX_DEPTH || steps.size() > MAX_STEPS) {
            throw new ModelFileException("tokenizer.json has too many normalizers.");
        }
        List<UnaryOperator<String>> all = new ArrayList<>();
        for (JsonNode step : steps) {
            all.add(normaliser(step, depth + 1));
        }
        return text -> {
            String result = text;
            for (UnaryOperator<String> each : all) {
                result = bounded(each.apply(result));
            }
            return result;
        };
    }

    private static Tokenizer.Splitter splitter(JsonNode json, int depth) {
        String kind = json.path("type").asText("none");
        return switch (kind) {
            case "BertPreTokenizer" -> Splitters::bert;
            case "Whitespace" -> Splitters::wordsAndMarks;
            case "WhitespaceSplit" -> Splitters::whiteSpace;
            case "Metaspace" -> metaspace(json, depth);
            case "Sequence" -> splitters(json.path("pretokenizers"), depth);
            default ->
                throw unsupported(
                        "pre-tokenizer", kind, "BertPreTokenizer, Whitespace, WhitespaceSplit, Metaspace and Sequence");
        };
    }

    private static Tokenizer.Splitter splitters(JsonNode steps, int depth) {
        if (depth > MAX_DEPTH || steps.isEmpty() || steps.size() > MAX_DEPTH) {
            throw new ModelFileException("tokenizer.json has a sequence of too many pre-tokenizers, or of none.");
        }
        Tokenizer.Splitter all = splitter(steps.get(0), steps.size() == 1 ? depth : depth + 1);
        for (int i = 1; i < steps.size(); i++) {
            all = Splitters.inTurn(all, splitter(steps.get(i), depth + 1));
        }
        return all;
    }

    private static Tokenizer.Splitter metaspace(JsonNode json, int depth) {
        String sign = json.path("replacement").asText("\u2581");
        if (sign.length() != 1) {
            throw unsupported("replacement of spaces", sign, "one character");
        }
        boolean bare = json.path("add_prefix_space").isBoolean()
                && !json.path("add_prefix_space").asBoolean();
        String scheme = json.path("prepend_scheme").asText(bare ? "never" : "always");
        // Only the word that the text begins with would get the sign; which that is cannot be told of words.
        boolean first = scheme.equals("first") && depth == 0;
        if (!first && !scheme.equals("always") && !scheme.equals("never") || bare && !scheme.equals("never")) {
            throw unsupported("prepend_scheme", scheme, "always, never, and first where it stands alone");
        }
        return new Splitters.Metaspace(
                sign, !scheme.equals("never"), json.path("split").asBoolean(true));
    }

    private static ModelFileException unsupported(String what, String kind, String supported) {
        String shown = kind.length() > 60 ? kind.substring(0, 60) : kind;
        return new ModelFileException("The tokenizer is of a kind that is not supported: its " + what + " is \"" + shown
                + "\"; supported: " + supported + ".");
    }
}
