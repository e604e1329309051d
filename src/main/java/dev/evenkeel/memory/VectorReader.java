package dev.evenkeel.memory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.Arrays;

/** Reads a list of numbers, and nothing but numbers: no null, no "NaN". */
@RegisterForReflection
final class VectorReader extends JsonDeserializer<float[]> {
    private static final int FIRST_CAPACITY = 512;

    @Override
    public float[] deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return context.reportInputMismatch(float[].class, "a vector is a list of numbers");
        }
        float[] vector = new float[FIRST_CAPACITY];
        int size = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric()) {
                return context.reportInputMismatch(float[].class, "a vector holds numbers only");
            }
            if (size == vector.length) {
                vector = Arrays.copyOf(vector, size * 2);
            }
            vector[size++] = parser.getFloatValue();
        }
        return Arrays.copyOf(vector, size);
    }
}
