package dev.evenkeel.identity.session;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.SecretKind;
import dev.evenkeel.identity.SecretToken;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What becomes of a session after it has begun. */
@ApplicationScoped
public class SessionService {
    private static final String TOKEN_TYPE = "Bearer";

    private final Database database;
    private final SessionRepository sessions;
    private final SigningKeys keys;
    private final AccessJwt jwt;
    private final AuditTrail audit;

    SessionService(Database database, SessionRepository sessions, SigningKeys keys, AccessJwt jwt, AuditTrail audit) {
        this.database = database;
        this.sessions = sessions;
        this.keys = keys;
        this.jwt = jwt;
        this.audit = audit;
    }

    private record Continued(UUID userId, UUID sessionId, SecretToken refreshToken) {}

    /**
     * Exchanges a refresh token for new ones. A token that comes a second time has been stolen, from one side or the other,
     * so its session ends.
     *
     * @throws ProblemException (as failure) 401 when it is not valid any more
     */
    Uni<SessionTokens> refresh(String refreshToken, Origin origin) {
        if (!SecretToken.isWellFormed(SecretKind.REFRESH_TOKEN, refreshToken)) {
            return Uni.createFrom().failure(notValid());
        }
        byte[] hash = SecretToken.sha256(refreshToken);
        // The key comes first: without one the token must not be used up.
        return keys.signing()
                .chain(key -> database.writeSql(tx -> sessions.findRefreshToken(tx, hash)
                                .chain(found -> found.isEmpty()
                                        ? Uni.createFrom().item(Optional.<Continued>empty())
                                        : proceed(tx, found.get(), hash, origin)))
                        .map(continued -> continued.orElseThrow(SessionService::notValid))
                        .map(continued -> tokens(key, continued.userId, continued.sessionId, continued.refreshToken)));
    }

    /** Ends the session that belongs to a refresh token, or does nothing. */
    private Uni<Optional<Continued>> proceed(
            SqlConnection tx, SessionRepository.Refresh refresh, byte[] hash, Origin origin) {
        if (!refresh.open()) {
            return Uni.createFrom().item(Optional.empty());
        }
        if (refresh.used()) {
            AuditEvent reused = AuditEvent.byNobody(AuditAction.REFRESH_REUSED, origin)
                    .about(refresh.userId(), refresh.username())
                    .with("session_id", refresh.sessionId().toString());
            return sessions.end(tx, refresh.userId(), refresh.sessionId())
                    .chain(() -> audit.write(tx, reused))
                    .replaceWith(Optional.empty());
        }
        SecretToken next = SecretToken.issue(SecretKind.REFRESH_TOKEN);
        return sessions.use(tx, hash, refresh.sessionId())
                .chain(() -> sessions.addRefreshToken(tx, refresh.sessionId(), next.hash()))
                .replaceWith(Optional.of(new Continued(refresh.userId(), refresh.sessionId(), next)));
    }

    /** The tokens of a session whose refresh token is stored. */
    SessionTokens tokens(SigningKeys.Signer key, UUID userId, UUID sessionId, SecretToken refreshToken) {
        return new SessionTokens(
                jwt.sign(key, userId, sessionId),
                refreshToken.text(),
                TOKEN_TYPE,
                jwt.lifetime().toSeconds());
    }

    /** Ends the session of the caller. */
    Uni<Void> signOut(Caller caller, Origin origin) {
        UUID session = own(caller);
        return database.writeSql(tx -> sessions.end(tx, caller.person(), session)
                .chain(() -> audit.write(tx, AuditEvent.by(caller, AuditAction.SIGNED_OUT, origin))));
    }

    /** Ends all sessions of the caller, this one too. */
    Uni<Void> signOutEverywhere(Caller caller, Origin origin) {
        UUID user = caller.person();
        return database.writeSql(tx -> sessions.endAll(tx, user, null)
                .chain(ended -> audit.write(
                        tx,
                        AuditEvent.by(caller, AuditAction.SIGNED_OUT_EVERYWHERE, origin)
                                .with("sessions", ended))));
    }

    Uni<Page<SessionView>> list(Caller caller, int limit, @Nullable String cursor) {
        UUID user = caller.person();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> sessions.list(connection, user, caller.credentialId(), limit, before))
                .map(found -> Pages.of(found, limit, SessionView::id));
    }

    /** Ends one session of the caller. */
    Uni<Void> end(Caller caller, UUID sessionId, Origin origin) {
        UUID user = caller.person();
        return database.writeSql(tx -> sessions.end(tx, user, sessionId)
                .invoke(ended -> {
                    if (!ended) {
                        throw ProblemException.notFound("session");
                    }
                })
                .chain(() -> audit.write(
                        tx,
                        AuditEvent.by(caller, AuditAction.SIGNED_OUT, origin).about(sessionId, "session"))));
    }

    private static UUID own(Caller caller) {
        caller.person();
        UUID session = caller.credentialId();
        if (session == null) {
            throw new IllegalStateException("A session without an id");
        }
        return session;
    }

    private static ProblemException notValid() {
        return new ProblemException(
                Problem.of(ProblemType.UNAUTHENTICATED, "The refresh token is not valid; sign in again."), null);
    }
}
