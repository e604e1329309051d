package dev.evenkeel.platform.access;

/** Names of roles, for annotations. */
public final class Roles {
    /** May see and operate everything. */
    public static final String ADMINISTRATOR = "administrator";

    private Roles() {}
}
