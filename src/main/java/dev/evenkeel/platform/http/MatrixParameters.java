package dev.evenkeel.platform.http;

import java.util.regex.Pattern;

/** Parameters of segments of a path ({@code /a;x=1/b}), which no route here has and which the router of resources passes over. */
public final class MatrixParameters {
    private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");

    private MatrixParameters() {}

    /** The path without them: what decides by the path of a request asks for this one, or it would decide of another resource. */
    public static String removed(String path) {
        return path.indexOf(';') < 0 ? path : PARAMETERS.matcher(path).replaceAll("");
    }
}
