package dev.evenkeel.identity;

import org.jspecify.annotations.Nullable;

/**
 * Where a request came from, for the audit trail and for limits.
 *
 * @param address the client, as far as it is known
 * @param userAgent what the client calls itself
 * @param requestId the request, as in the log
 */
public record Origin(
        String address,
        @Nullable String userAgent,
        @Nullable String requestId) {
    private static final int MAX_ADDRESS = 64;
    private static final int MAX_USER_AGENT = 300;

    /** Shortens what the database would not take. */
    public Origin {
        address = cut(address, MAX_ADDRESS);
        userAgent = userAgent == null ? null : cut(userAgent.replace("\u0000", ""), MAX_USER_AGENT);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
