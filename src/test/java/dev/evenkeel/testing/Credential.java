package dev.evenkeel.testing;

/**
 * What a caller shows, and what can be said of it without asking the service.
 *
 * @param token the bearer token; empty for none
 * @param valid whether it is accepted at all
 * @param owner whether it is the first tenant's
 * @param administrator whether the rights of an administrator are in force
 * @param reachesTheCollection whether the first tenant's collection is within reach
 */
public record Credential(
        String name,
        Kind kind,
        String token,
        boolean valid,
        boolean owner,
        boolean reads,
        boolean writes,
        boolean administrator,
        boolean reachesTheCollection) {
    /** Kinds of credential. */
    public enum Kind {
        NONE,
        INSTALLATION,
        SESSION,
        PERSONAL_TOKEN,
        COLLECTION_TOKEN
    }

    static Credential none() {
        return new Credential("nobody", Kind.NONE, "", false, false, false, false, false, false);
    }

    static Credential dead(String name, Kind kind, String token) {
        return new Credential(name, kind, token, false, false, false, false, false, false);
    }

    static Credential of(String name, Kind kind, String token, boolean owner, String rights, boolean reaches) {
        return new Credential(
                name,
                kind,
                token,
                true,
                owner,
                rights.contains("read"),
                rights.contains("write"),
                rights.contains("admin"),
                reaches);
    }
}
