package dev.evenkeel.platform.secrets;

import java.util.Optional;

/** Seals secrets for the database with a key that is not in it, so that a copy of the database tells none. */
public interface Sealing {
    /** Whether this replica has the key. */
    boolean ready();

    /**
     * Seals a secret for one purpose, which has to be named again to open it.
     *
     * @throws IllegalStateException when this replica does not have the key
     */
    byte[] seal(byte[] secret, String purpose);

    /** The secret, or nothing when it was sealed with another key or for another purpose. */
    Optional<byte[]> open(byte[] sealed, String purpose);
}
