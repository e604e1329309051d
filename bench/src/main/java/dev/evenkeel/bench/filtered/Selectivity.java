package dev.evenkeel.bench.filtered;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A share of the documents: those whose number leaves a certain remainder.
 *
 * @param name of the metadata's field
 * @param divisor one in so many documents has each value
 */
public record Selectivity(String name, int divisor) {
    /** Half, a twentieth and a two-hundredth. */
    public static final List<Selectivity> ALL = List.of(
            new Selectivity("half", 2), new Selectivity("twentieth", 20), new Selectivity("two_hundredth", 200));

    /** No filter: what the others are compared with. */
    public static final Selectivity NONE = new Selectivity("none", 1);

    /** Describes a document for all of them. */
    public static void describe(ObjectNode metadata, int document) {
        ALL.forEach(selectivity -> metadata.put(selectivity.name, document % selectivity.divisor));
    }

    /** The value that the query with a number asks for; queries take turns. */
    public int value(int query) {
        return query % divisor;
    }

    /** Restricts a search to the documents of that value. */
    public void restrict(ObjectNode search, int query) {
        if (divisor > 1) {
            search.putObject("filter").putObject(name).put("eq", value(query));
        }
    }

    public boolean matches(int document, int query) {
        return document % divisor == value(query);
    }

    public String percent() {
        return 100.0 / divisor + " %";
    }
}
