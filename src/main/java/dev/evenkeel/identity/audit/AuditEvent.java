package dev.evenkeel.identity.audit;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.platform.access.Caller;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody did. It names and never holds what is secret.
 *
 * @param actorId the user who did it, if it was one
 * @param actor who did it, for people to read
 * @param subjectId what it was done to
 * @param subject its name, for people to read
 * @param detail what else is worth knowing
 */
public record AuditEvent(
        AuditAction action,
        @Nullable UUID actorId,
        String actor,
        @Nullable UUID subjectId,
        @Nullable String subject,
        Origin origin,
        JsonObject detail) {

    /** An event of a known caller, and by which credential. */
    public static AuditEvent by(Caller caller, AuditAction action, Origin origin) {
        JsonObject detail =
                new JsonObject().put("credential", caller.credential().name().toLowerCase(Locale.ROOT));
        if (caller.credentialId() != null) {
            detail.put("credential_id", caller.credentialId().toString());
        }
        return new AuditEvent(action, caller.userId(), caller.username(), null, null, origin, detail);
    }

    /** An event of a user who has shown a password or a token that is no credential. */
    public static AuditEvent byUser(UUID id, String username, AuditAction action, Origin origin) {
        return new AuditEvent(action, id, username, id, username, origin, new JsonObject());
    }

    /** An event of somebody who has not said who it is. */
    public static AuditEvent byNobody(AuditAction action, Origin origin) {
        return new AuditEvent(action, null, "anonymous", null, null, origin, new JsonObject());
    }

    /** The same event with what it was done to. */
    public AuditEvent about(UUID id, @Nullable String name) {
        return new AuditEvent(action, actorId, actor, id, name, origin, detail);
    }

    /** The same event with one detail more. */
    public AuditEvent with(String key, @Nullable Object value) {
        return new AuditEvent(
                action,
                actorId,
                actor,
                subjectId,
                subject,
                origin,
                detail.copy().put(key, value));
    }
}
