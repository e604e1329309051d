package dev.evenkeel.platform.http;

/** The order of everything that sees a request before its resource; higher runs first, authentication runs at 200. */
public final class FilterPriorities {
    static final int REQUEST_ID = 1_000;
    /** Before anything can go wrong: in which form it is told. */
    public static final int PROBLEM_FORM = 995;

    static final int SECURITY_HEADERS = 990;
    static final int RATE_LIMIT = 950;
    /** Before authentication: who is not meant to be here is not asked for a token either. */
    public static final int HOST_CHECK = 940;

    static final int PRINCIPAL_RATE_LIMIT = 170;
    /** Paths of what is switched off end here. */
    public static final int MODULES = 160;

    static final int BODY_LIMIT = 150;
    static final int ACCEPT = 145;

    /** After authorisation and the general limits: what one protocol demands of its requests. */
    public static final int PROTOCOL = 90;

    /** Last: who waits here has passed all other checks. */
    public static final int SIGN_IN = 80;

    private FilterPriorities() {}
}
