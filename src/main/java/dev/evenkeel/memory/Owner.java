package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.http.ProblemException;
import java.util.UUID;

/**
 * Whose namespaces a caller works in: always their own. Names are unique per owner, so nobody, administrators included, can
 * name somebody else's.
 */
final class Owner {
    private static final UUID INSTALLATION = new UUID(0, 0);

    private Owner() {}

    /**
     * The owner on whose behalf somebody looks.
     *
     * @throws ProblemException 403 without the scope {@code read}, and for tokens of a collection
     */
    static UUID reading(Caller caller) {
        requireNoCollection(caller);
        caller.reading();
        return of(caller);
    }

    /**
     * The owner on whose behalf somebody writes.
     *
     * @throws ProblemException 403 without the scope {@code write}, and for tokens of a collection
     */
    static UUID writing(Caller caller) {
        requireNoCollection(caller);
        caller.writing();
        return of(caller);
    }

    private static UUID of(Caller caller) {
        UUID user = caller.userId();
        return user == null ? INSTALLATION : user;
    }

    private static void requireNoCollection(Caller caller) {
        if (caller.collectionId() != null) {
            throw ProblemException.forbidden("A collection token reaches its collection only, no memory.");
        }
    }
}
