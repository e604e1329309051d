package dev.evenkeel.platform.search.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A condition on metadata: {@code {"topic": {"eq": "sea"}, "or": [{"year": {"gte": 1990}}, {"not": {"draft": true}}]}}.
 *
 * <p>Fields are named with dots into objects; several names in one object must all hold. A comparison is true or false, never
 * unknown: where there is no such field, or one of another type, only {@code ne}, {@code exists: false} and {@code not} hold.
 * Where a field is a list, {@code eq} and {@code in} ask for one of its elements. Numbers are compared as numbers whatever their
 * spelling, texts by their characters' code points; nothing is converted.
 */
public final class MetadataFilter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Condition condition;
    private final String text;

    private MetadataFilter(Condition condition, String text) {
        this.condition = condition;
        this.text = text;
    }

    /**
     * The filter in a request; null for none.
     *
     * @throws ProblemException 400 when it cannot be understood or is too large
     */
    public static @Nullable MetadataFilter parse(@Nullable JsonNode filter) {
        return filter == null || filter.isNull() || filter.isMissingNode()
                ? null
                : new MetadataFilter(new FilterParser().object(filter, 1), filter.toString());
    }

    /** The same for the same filter. */
    public String text() {
        return text;
    }

    /**
     * SQL that is true or false, never null.
     *
     * @param column of type jsonb, never null; SQL of ours
     * @param statement gets the values as parameters
     */
    public String sql(String column, SqlConditions statement) {
        return sql(condition, column, statement);
    }

    private static String sql(Condition condition, String column, SqlConditions statement) {
        if (condition instanceof Condition.And and) {
            return joined(and.parts(), " and ", column, statement);
        }
        if (condition instanceof Condition.Or or) {
            return joined(or.parts(), " or ", column, statement);
        }
        if (condition instanceof Condition.Not not) {
            return "not " + sql(not.part(), column, statement);
        }
        return field((Condition.Field) condition, column, statement);
    }

    private static String joined(List<Condition> parts, String operator, String column, SqlConditions statement) {
        return parts.stream().map(part -> sql(part, column, statement)).collect(Collectors.joining(operator, "(", ")"));
    }

    private static String field(Condition.Field field, String column, SqlConditions statement) {
        return switch (field.comparison()) {
            case eq -> equal(field, column, statement);
            case ne -> "not " + equal(field, column, statement);
            case in ->
                "coalesce(" + at(field, column, statement) + " @> any(array(select jsonb_array_elements("
                        + json(field.value(), statement) + "))), false)";
            case exists ->
                "(" + at(field, column, statement) + " is " + (field.value().booleanValue() ? "not null)" : "null)");
            case gt, gte, lt, lte -> order(field, column, statement);
        };
    }

    /** Containment of the whole document, which an index on it answers; a list contains a list of one of its elements. */
    private static String equal(Condition.Field field, String column, SqlConditions statement) {
        JsonNode one = JSON.arrayNode().add(field.value());
        return "(" + column + " @> " + json(nested(field.path(), field.value()), statement) + " or " + column + " @> "
                + json(nested(field.path(), one), statement) + ")";
    }

    private static JsonNode nested(List<String> path, JsonNode value) {
        JsonNode inner = value;
        for (int i = path.size() - 1; i >= 0; i--) {
            ObjectNode outer = JSON.objectNode();
            outer.set(path.get(i), inner);
            inner = outer;
        }
        return inner;
    }

    private static String order(Condition.Field field, String column, SqlConditions statement) {
        String at = at(field, column, statement);
        String operator = field.comparison().operator();
        return field.value().isNumber()
                ? "coalesce(case when jsonb_typeof(" + at + ") = 'number' then " + at + " " + operator + " "
                        + json(field.value(), statement) + " end, false)"
                : "coalesce(case when jsonb_typeof(" + at + ") = 'string' then (" + at + " #>> '{}') collate \"C\" "
                        + operator + " " + statement.parameter(field.value().textValue()) + "::text end, false)";
    }

    /** The field's value, or null where there is none. */
    private static String at(Condition.Field field, String column, SqlConditions statement) {
        return "(" + column + " #> " + statement.parameter(field.path().toArray(String[]::new)) + "::text[])";
    }

    /** A query of its own, so that the text is read once and not again for each row. */
    private static String json(JsonNode value, SqlConditions statement) {
        return "(select " + statement.parameter(value.toString()) + "::text::jsonb)";
    }
}
