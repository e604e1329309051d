package dev.evenkeel.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A document whose plain paths, names and positions, are followed directly. Any other expression, and any that leads nowhere, is
 * REST Assured's to evaluate: it compiles each one to a class, which took most of the time of tests that ask for many values.
 */
public final class Json extends JsonPath {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String NAME = "[A-Za-z_]\\w*";
    private static final Pattern PLAIN =
            Pattern.compile("(?:NAME|'[^'\\\\]+')(?:\\.(?:NAME|'[^'\\\\]+')|\\[\\d+\\])*".replace("NAME", NAME));
    private static final Pattern STEP = Pattern.compile("'([^']+)'|\\[(\\d+)\\]|(" + NAME + ")");

    /** What a step answers that only the general evaluation can answer. */
    private static final Object UNKNOWN = new Object();

    private final @Nullable Object document;
    private boolean plain = true;

    Json(String text) {
        super(text);
        this.document = parsed(text);
    }

    /** The body of an answer. */
    public static JsonPath of(Response response) {
        return new Json(response.asString());
    }

    private static @Nullable Object parsed(String text) {
        try {
            return asParsedByDefault(MAPPER.readValue(text, Object.class));
        } catch (IOException notJson) {
            return UNKNOWN;
        }
    }

    @Override
    public JsonPath setRootPath(String rootPath) {
        plain = false;
        return super.setRootPath(rootPath);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable T get(String path) {
        Object value = plain && PLAIN.matcher(path).matches() ? follow(path) : UNKNOWN;
        return value == UNKNOWN ? super.get(path) : (T) value;
    }

    private @Nullable Object follow(String path) {
        Object value = document;
        Matcher step = STEP.matcher(path);
        while (step.find() && value != UNKNOWN) {
            value = step.group(2) != null
                    ? item(value, Integer.parseInt(step.group(2)))
                    : property(value, step.group(1) != null ? step.group(1) : step.group(3));
        }
        return value;
    }

    private static @Nullable Object item(@Nullable Object value, int position) {
        return value instanceof List<?> list && position < list.size() ? list.get(position) : UNKNOWN;
    }

    /** The value of a name; for a list the values of its elements. */
    private static @Nullable Object property(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map.get(name);
        }
        if (!(value instanceof List<?> list)) {
            return UNKNOWN;
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (Object element : list) {
            Object found = property(element, name);
            if (found == UNKNOWN) {
                return UNKNOWN;
            }
            values.add(found);
        }
        return values;
    }

    /** Numbers with a fraction as REST Assured gives them: the smallest type that holds them. */
    private static @Nullable Object asParsedByDefault(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.abs().compareTo(BigDecimal.valueOf(Float.MAX_VALUE)) > 0
                    ? (Object) number.doubleValue()
                    : (Object) number.floatValue();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> values = new ArrayList<>();
            list.forEach(element -> values.add(asParsedByDefault(element)));
            return values;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> values = new LinkedHashMap<>();
            map.forEach((name, element) -> values.put(name, asParsedByDefault(element)));
            return values;
        }
        return value;
    }
}
