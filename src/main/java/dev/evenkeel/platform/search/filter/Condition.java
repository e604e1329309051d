package dev.evenkeel.platform.search.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A condition that metadata meet or do not; nothing between. */
sealed interface Condition {
    /** All of them; always met by none. */
    record And(List<Condition> parts) implements Condition {}

    /** At least one of them; never met by none. */
    record Or(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    /**
     * @param path names from the outside in
     * @param value a scalar; of {@link Comparison#in} an array of scalars; of {@link Comparison#exists} a boolean
     */
    record Field(List<String> path, Comparison comparison, JsonNode value) implements Condition {}
}
