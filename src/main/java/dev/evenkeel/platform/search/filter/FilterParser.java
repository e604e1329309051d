package dev.evenkeel.platform.search.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads a filter as a client wrote it and holds it to the limits. */
final class FilterParser {
    static final int MAX_DEPTH = 8;
    static final int MAX_CONDITIONS = 64;
    static final int MAX_VALUES = 1_000;
    static final int MAX_PATH_NAMES = 8;
    static final int MAX_TEXT_LENGTH = 1_024;
    static final int MAX_EXPONENT = 300;

    private int conditions;
    private int values;

    /** All that an object demands: each of its names is a field, or one of {@code and}, {@code or} and {@code not}. */
    Condition object(JsonNode node, int depth) {
        if (!node.isObject() || node.isEmpty()) {
            throw refused("must be an object such as {\"field\": {\"eq\": 1}}");
        }
        if (depth > MAX_DEPTH) {
            throw refused("must not be nested deeper than " + MAX_DEPTH);
        }
        List<Condition> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            parts.add(
                    switch (property.getKey()) {
                        case "and" -> new Condition.And(list("and", property.getValue(), depth + 1));
                        case "or" -> new Condition.Or(list("or", property.getValue(), depth + 1));
                        case "not" -> new Condition.Not(object(property.getValue(), depth + 1));
                        default -> field(property.getKey(), property.getValue());
                    });
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
    }

    private List<Condition> list(String name, JsonNode node, int depth) {
        if (!node.isArray() || node.isEmpty()) {
            throw refused("\"" + name + "\" takes a list of one or more conditions");
        }
        List<Condition> parts = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            parts.add(object(element, depth));
        }
        return parts;
    }

    /** A bare scalar stands for {@code eq}. */
    private Condition field(String name, JsonNode wanted) {
        List<String> path = path(name);
        if (!wanted.isObject()) {
            return comparison(path, name, Comparison.eq, wanted);
        }
        if (wanted.isEmpty()) {
            throw refused("\"" + name + "\" needs a comparison: eq, ne, gt, gte, lt, lte, in or exists");
        }
        List<Condition> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : wanted.properties()) {
            parts.add(comparison(path, name, named(property.getKey()), property.getValue()));
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
    }

    private static Comparison named(String name) {
        return Arrays.stream(Comparison.values())
                .filter(comparison -> comparison.name().equals(name))
                .findFirst()
                .orElseThrow(() -> refused("\"" + shortened(name)
                        + "\" is no comparison; there are eq, ne, gt, gte, lt, lte, in and exists"));
    }

    private static List<String> path(String name) {
        text(name);
        List<String> path = List.of(name.split("\\.", -1));
        if (path.size() > MAX_PATH_NAMES || path.stream().anyMatch(String::isEmpty)) {
            throw refused("\"" + shortened(name) + "\" must be a field, or up to " + MAX_PATH_NAMES
                    + " names with a dot between them");
        }
        return path;
    }

    private Condition comparison(List<String> path, String name, Comparison comparison, JsonNode value) {
        if (++conditions > MAX_CONDITIONS) {
            throw refused("must not have more than " + MAX_CONDITIONS + " comparisons");
        }
        String field = "\"" + shortened(name) + "\": " + comparison;
        if (comparison == Comparison.in) {
            if (!value.isArray()) {
                throw refused(field + " takes a list of values");
            }
            value.forEach(element -> scalar(field, element));
        } else if (comparison == Comparison.exists) {
            if (!value.isBoolean()) {
                throw refused(field + " takes true or false");
            }
        } else {
            scalar(field, value);
            if (comparison.isOrder() && !value.isNumber() && !value.isTextual()) {
                throw refused(field + " takes a number or a text");
            }
        }
        return new Condition.Field(path, comparison, value);
    }

    private void scalar(String field, JsonNode value) {
        if (++values > MAX_VALUES) {
            throw refused("must not have more than " + MAX_VALUES + " values");
        }
        if (value.isTextual()) {
            text(value.textValue());
        } else if (value.isNumber()) {
            number(field, value);
        } else if (!value.isBoolean() && !value.isNull()) {
            throw refused(field + " takes a text, a number, true, false or null");
        }
    }

    private static void number(String field, JsonNode value) {
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw refused(field + " takes numbers that are finite");
        }
        BigDecimal number = value.decimalValue();
        if (Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT
                || Math.abs(number.scale()) > MAX_EXPONENT) {
            throw refused(field + " takes numbers of at most " + MAX_EXPONENT + " digits");
        }
    }

    private static void text(String text) {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw refused("must not hold a text of more than " + MAX_TEXT_LENGTH + " characters");
        }
        PlainText.requireStorable("filter", text);
    }

    private static String shortened(String name) {
        return PlainText.cut(PlainText.wellFormed(name), 100);
    }

    static ProblemException refused(String why) {
        return ProblemException.invalid("filter", why);
    }
}
