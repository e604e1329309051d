package dev.evenkeel;

/**
 * A route, what it needs, and a request to it that would succeed.
 *
 * @param route method and path as the description of the API has them
 * @param path the path to ask for, with names of things that {@link dev.evenkeel.testing.Tenants#fill} fills in
 * @param body JSON, {@code multipart} for a file, {@code {user}} for a new user, or empty for none
 */
record RoutePermission(String route, Need need, String path, String body) {
    String method() {
        return route.substring(0, route.indexOf(' '));
    }

    /** Whether the request names something that belongs to somebody. */
    boolean namesSomething() {
        return path.contains("{");
    }

    /** Whether the request ends what it is made with. */
    boolean consumesItsCaller() {
        return route.contains("/auth/logout") || route.equals("DELETE /api/v1/users/me") || route.endsWith("/password");
    }

    /** What a route asks of its caller. */
    enum Need {
        /** Nothing. */
        OPEN,
        /** The scope read; what is named must be within reach. */
        READ,
        /** The scope write; what is named must be within reach. */
        WRITE,
        /** The scope write, and more than one collection's token. */
        MANAGE,
        /** The scope read, and a user behind it: signed in, or by a token of their own. */
        USER,
        /** A person who has signed in; what is named must be theirs. */
        PERSON,
        /** The scope read, and more than one collection's token; what is named must be the caller's own, whoever calls. */
        OWN_READ,
        /** The scope write, and more than one collection's token; what is named must be the caller's own, whoever calls. */
        OWN_WRITE,
        /** The scope read, and more than one collection's token; what is named must be within reach. */
        OVERSEE,
        /** The rights of an administrator. */
        ADMINISTRATOR
    }
}
