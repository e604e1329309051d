package dev.evenkeel.platform.database;

import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The conditions and parameters of a statement whose WHERE clause depends on the request. */
public final class SqlConditions {
    private final StringBuilder clause = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    /**
     * One more condition that must hold.
     *
     * @param condition SQL of ours, never of a client, in which {@code $} stands for the value
     */
    public SqlConditions and(String condition, Object value) {
        clause.append(clause.isEmpty() ? " where " : " and ").append(condition.replace("$", parameter(value)));
        return this;
    }

    /** One more condition that must hold, without a value. */
    public SqlConditions and(String condition) {
        clause.append(clause.isEmpty() ? " where " : " and ").append(condition);
        return this;
    }

    /** Adds a parameter that is used outside the WHERE clause and gives its placeholder. */
    public String parameter(Object value) {
        parameters.add(value);
        return "$" + parameters.size();
    }

    /** The WHERE clause, with a space before it. */
    public String where() {
        return clause.toString();
    }

    public Tuple tuple() {
        return Tuple.wrap(parameters);
    }
}
