package dev.evenkeel.platform.search.filter;

/** What a field is asked for; spelled as in the API. */
enum Comparison {
    /** The field, or an element of it, is the value. */
    eq,
    /** Not {@link #eq}; also where there is no such field. */
    ne,
    gt(">"),
    gte(">="),
    lt("<"),
    lte("<="),
    /** The field, or an element of it, is one of the values. */
    in,
    /** There is such a field, be it null; or, for false, there is none. */
    exists;

    private final String operator;

    Comparison() {
        this("");
    }

    Comparison(String operator) {
        this.operator = operator;
    }

    boolean isOrder() {
        return !operator.isEmpty();
    }

    /** In SQL, of those that order. */
    String operator() {
        return operator;
    }
}
