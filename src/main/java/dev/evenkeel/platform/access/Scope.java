package dev.evenkeel.platform.access;

import java.util.Locale;
import java.util.Optional;

/** What a credential allows; each includes nothing of the others. */
public enum Scope {
    /** Look at things and search them. */
    READ,
    /** Create, change and delete things. */
    WRITE,
    /** Use the rights of an administrator, if the user is one. */
    ADMIN;

    /** The name in the API and in the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Scope> ofLabel(String label) {
        for (Scope scope : values()) {
            if (scope.label().equals(label)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }
}
