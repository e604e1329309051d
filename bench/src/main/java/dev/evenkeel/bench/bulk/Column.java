package dev.evenkeel.bench.bulk;

import java.util.Set;

/** A column of a table, by its catalog type name ({@code int8}, {@code text}, {@code _text} for an array). */
public record Column(String name, String type) {

    private static final Set<String> NATIVE = Set.of(
            "int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar", "uuid", "timestamptz", "bytea");

    /** Whether the client sends an array of this type as it is; other values travel as text and are cast. */
    boolean isNative() {
        return NATIVE.contains(type);
    }

    String arrayType() {
        return (isNative() ? type : "text") + "[]";
    }

    /** The expression that turns the unnested value into the column's type. */
    String expression() {
        return isNative() ? "u." + name : "u." + name + "::" + (type.startsWith("_") ? type.substring(1) + "[]" : type);
    }
}
