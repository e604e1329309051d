package dev.evenkeel.platform.access;

import dev.evenkeel.platform.http.ProblemException;
import java.security.Principal;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, by which credential, and what that allows. Services get it with every call and check it; the same for REST
 * and MCP.
 *
 * @param credential what the caller showed
 * @param credentialId the session or token, for the audit trail; null for the installation's token and local mode
 * @param userId the user who calls or whose token it is; null for the installation itself
 * @param username for people to read; {@link #getName()} is what identifies
 * @param scopes what the credential allows
 * @param administrator whether the user is an administrator; counts only together with {@link Scope#ADMIN}
 * @param collectionId the one collection that a collection token is for
 */
public record Caller(
        Credential credential,
        @Nullable UUID credentialId,
        @Nullable UUID userId,
        String username,
        Set<Scope> scopes,
        boolean administrator,
        @Nullable UUID collectionId)
        implements Principal {

    /** Kinds of credential. */
    public enum Credential {
        /** The bootstrap token, or local mode: whoever runs the installation. */
        INSTALLATION,
        /** A person who has signed in. */
        SESSION,
        /** A program with all or some of its user's rights. */
        PERSONAL_TOKEN,
        /** Somebody with whom one collection is shared. */
        COLLECTION_TOKEN
    }

    /** Whoever runs the installation. */
    public static Caller installation(String name) {
        return new Caller(
                Credential.INSTALLATION, null, null, name, Set.of(Scope.READ, Scope.WRITE, Scope.ADMIN), true, null);
    }

    /** What limits, idempotency keys and streams are counted by: the user, or the token where that is all there is. */
    @Override
    public String getName() {
        if (credential == Credential.COLLECTION_TOKEN) {
            return "token:" + credentialId;
        }
        return userId == null ? username : "user:" + userId;
    }

    /** Whether the rights of an administrator are in force. */
    public boolean isAdministrator() {
        return administrator && scopes.contains(Scope.ADMIN);
    }

    public Reach reach() {
        if (collectionId != null) {
            return Reach.ofCollection(collectionId);
        }
        if (isAdministrator()) {
            return Reach.EVERYTHING;
        }
        if (userId == null) {
            throw ProblemException.forbidden("This needs the rights of an administrator.");
        }
        return Reach.ofOwner(userId);
    }

    /**
     * The reach of somebody who may look.
     *
     * @throws ProblemException 403 without the scope {@code read}
     */
    public Reach reading() {
        require(Scope.READ);
        return reach();
    }

    /**
     * The reach of somebody who may change things.
     *
     * @throws ProblemException 403 without the scope {@code write}
     */
    public Reach writing() {
        require(Scope.WRITE);
        return reach();
    }

    /**
     * The reach of somebody who may change more than what is inside one collection.
     *
     * @throws ProblemException 403 for a collection token, or without the scope {@code write}
     */
    public Reach managing() {
        if (collectionId != null) {
            throw ProblemException.forbidden("A collection token works inside its collection only.");
        }
        return writing();
    }

    /**
     * The reach of somebody who may look at how a collection is kept, not only at what is in it.
     *
     * @throws ProblemException 403 for a collection token, or without the scope {@code read}
     */
    public Reach overseeing() {
        if (collectionId != null) {
            throw ProblemException.forbidden("A collection token works inside its collection only.");
        }
        return reading();
    }

    /**
     * The user, for what only a person may do: passwords, tokens, the account.
     *
     * @throws ProblemException 403 unless the caller has signed in
     */
    public UUID person() {
        if (credential != Credential.SESSION || userId == null) {
            throw ProblemException.forbidden("Sign in with a password for this; a token does not do.");
        }
        return userId;
    }

    /**
     * Checks for the rights of an administrator.
     *
     * @throws ProblemException 403
     */
    public void requireAdministrator() {
        if (!isAdministrator()) {
            throw ProblemException.forbidden("This needs the rights of an administrator.");
        }
    }

    private void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw ProblemException.forbidden("The token does not have the scope \"" + scope.label() + "\".");
        }
    }
}
