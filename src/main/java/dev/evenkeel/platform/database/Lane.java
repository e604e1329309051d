package dev.evenkeel.platform.database;

import java.util.Locale;

/** A class of database work with its own admission bound, so that no class can starve another. */
public enum Lane {
    READ,
    WRITE,
    BULK,
    AUTHENTICATION;

    /** The lane's name in metrics, problem documents and {@code application_name}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
