package dev.evenkeel.memory;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any JSON value as text: numbers with all their digits, names in their order, only the white space between tokens is gone.
 *
 * @param text the value
 * @param storable false when a string in it holds U+0000 or half of a surrogate pair
 */
@JsonDeserialize(using = JsonText.Reader.class)
@Schema(type = SchemaType.OBJECT, description = "Any JSON value")
public record JsonText(String text, boolean storable) {
    private static final JsonText NULL = new JsonText("null", true);

    /** A text as a JSON string. */
    static JsonText of(String text) {
        return new JsonText(TextNode.valueOf(text).toString(), PlainText.isStorable(text));
    }

    /** What a JSON string says, any other JSON as it is; cut to so many UTF-16 units. */
    public static String plain(String json, int maxLength) {
        String shortened = json.length() > maxLength * 6L + 2 ? PlainText.cut(json, maxLength) : json;
        if (shortened.length() < json.length() || !json.startsWith("\"")) {
            return PlainText.cut(shortened, maxLength);
        }
        return PlainText.cut(String.valueOf(Json.decodeValue(json)), maxLength);
    }

    /** Bytes of a text in UTF-8; 0 for null. */
    static int utf8Length(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Checks that the value can be kept.
     *
     * @throws ProblemException 400
     */
    JsonText requireStorable(String field) {
        if (!storable) {
            throw ProblemException.invalid(field, "must not hold U+0000 or half of a surrogate pair");
        }
        return this;
    }

    /** Copies the tokens of one value; a missing property is null, a JSON null is a value. */
    @RegisterForReflection
    static final class Reader extends JsonDeserializer<JsonText> {
        @Override
        public JsonText deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            StringWriter text = new StringWriter();
            boolean storable = true;
            try (JsonGenerator copy = parser.getCodec().getFactory().createGenerator(text)) {
                int depth = 0;
                do {
                    JsonToken token = parser.currentToken();
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                        storable &= PlainText.isStorable(parser.getText());
                    }
                    copy.copyCurrentEventExact(parser);
                } while (depth > 0 && parser.nextToken() != null);
            }
            return new JsonText(text.toString(), storable);
        }

        @Override
        public JsonText getNullValue(DeserializationContext context) {
            return NULL;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }
}
