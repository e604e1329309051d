package dev.evenkeel.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says what is wrong with a JSON body without naming a class. */
public final class JsonProblems {
    private JsonProblems() {}

    /** The problem with a body that is no JSON, or not of the expected shape. */
    public static Problem of(JsonProcessingException failure) {
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return field(unknown, "is not known here");
        }
        if (failure instanceof MismatchedInputException mismatch
                && !mismatch.getPath().isEmpty()) {
            return field(mismatch, "has the wrong type");
        }
        if (failure instanceof JsonMappingException mapping && mapping.getPath().isEmpty()) {
            return Problem.of(ProblemType.BAD_REQUEST, "The body is not the JSON object that is expected here.");
        }
        if (failure instanceof JsonMappingException mapping) {
            return field(mapping, "is not acceptable");
        }
        return Problem.of(ProblemType.BAD_REQUEST, "The body is not JSON" + place(failure) + ".");
    }

    private static Problem field(JsonMappingException failure, String message) {
        String path = failure.getPath().stream()
                .map(reference -> reference.getFieldName() == null
                        ? String.valueOf(reference.getIndex())
                        : reference.getFieldName())
                .collect(Collectors.joining("."));
        return Problem.invalid(List.of(new Problem.FieldError(path, message)));
    }

    private static String place(JsonProcessingException failure) {
        return failure.getLocation() == null
                ? ""
                : " (line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr() + ")";
    }

    /** A Java name, or a path of such names, as the API spells it. */
    public static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
