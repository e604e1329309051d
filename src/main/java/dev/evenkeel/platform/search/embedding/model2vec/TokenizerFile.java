package dev.evenkeel.platform.search.embedding.model2vec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads {@code tokenizer.json} of huggingface/tokenizers, as far as static models use it: {@code WordPiece} models with the
 * normalisers and splitters named below. What is not known is refused rather than left out, because other pieces would be
 * other vectors. Post-processing, padding and truncation of the file do not matter: model2vec adds no special tokens and
 * has a limit of its own.
 */
final class TokenizerFile {
    private static final int MAX_PIECE_LENGTH = 1_000;
    private static final int LONGEST_WORD = 100;
    private static final int MAX_STEPS = 100;
    private static final int MAX_DEPTH = 10;
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
        if (!kind.equals("WordPiece")) {
            throw unsupported("model", kind, "WordPiece");
        }
        return new Tokenizer(
                normaliser(json.path("normalizer"), 0), splitter(json.path("pre_tokenizer")), wordPiece(model));
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
            case "Strip" -> String::strip;
            case "Replace" -> replacement(json);
            case "Sequence" -> inTurn(json.path("normalizers"), depth);
            default ->
                throw unsupported(
                        "normalizer",
                        kind,
                        "BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, Replace and Sequence");
        };
    }

    private static UnaryOperator<String> replacement(JsonNode json) {
        String wanted = json.path("content").asText();
        JsonNode pattern = json.path("pattern");
        String literal = pattern.path("String").asText();
        if (!literal.isEmpty()) {
            return text -> text.replace(literal, wanted);
        }
        if (pattern.path("Regex").asText().equals("\\s+")) {
            return text -> text.replaceAll("[\\s\\p{Zs}]+", java.util.regex.Matcher.quoteReplacement(wanted));
        }
        throw unsupported("pattern of a replacement", pattern.toString(), "a text or the white space \\s+");
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
                result = each.apply(result);
            }
            return result;
        };
    }

    private static Tokenizer.Splitter splitter(JsonNode json) {
        String kind = json.path("type").asText("none");
        return switch (kind) {
            case "BertPreTokenizer" -> Splitters::bert;
            case "Whitespace" -> Splitters::wordsAndMarks;
            case "WhitespaceSplit" -> Splitters::whiteSpace;
            case "Sequence" -> {
                JsonNode steps = json.path("pretokenizers");
                if (steps.size() != 1 || steps.path(0).path("type").asText().equals("Sequence")) {
                    throw unsupported("pre-tokenizer", kind, "one BertPreTokenizer, Whitespace or WhitespaceSplit");
                }
                yield splitter(steps.path(0));
            }
            default -> throw unsupported("pre-tokenizer", kind, "BertPreTokenizer, Whitespace and WhitespaceSplit");
        };
    }

    private static ModelFileException unsupported(String what, String kind, String supported) {
        String shown = kind.length() > 60 ? kind.substring(0, 60) : kind;
        return new ModelFileException("The tokenizer is of a kind that is not supported: its " + what + " is \"" + shown
                + "\"; supported: " + supported + ".");
    }
}
