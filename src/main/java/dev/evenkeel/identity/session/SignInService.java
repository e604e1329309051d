package dev.evenkeel.identity.session;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.SecretKind;
import dev.evenkeel.identity.SecretToken;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.SignInThrottle;
import dev.evenkeel.identity.user.User;
import dev.evenkeel.identity.user.UserRepository;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Signing in with a password. */
@ApplicationScoped
public class SignInService {
    private final Database database;
    private final UserRepository users;
    private final SessionRepository sessions;
    private final SessionService tokens;
    private final SigningKeys keys;
    private final PasswordHasher hasher;
    private final SignInThrottle throttle;
    private final AuditTrail audit;

    SignInService(
            Database database,
            UserRepository users,
            SessionRepository sessions,
            SessionService tokens,
            SigningKeys keys,
            PasswordHasher hasher,
            SignInThrottle throttle,
            AuditTrail audit) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.tokens = tokens;
        this.keys = keys;
        this.hasher = hasher;
        this.throttle = throttle;
        this.audit = audit;
    }

    /**
     * Begins a session.
     *
     * @throws ProblemException (as failure) 401 when name or password is wrong, 403 for a deactivated account, 429 after too
     *     many attempts, 503 when too many are signing in
     */
    Uni<SessionTokens> signIn(SignIn wanted, Origin origin) {
        Optional<SignInThrottle.Refusal> refusal = throttle.attempt(wanted.username(), origin.address());
        if (refusal.isPresent()) {
            return limited(refusal.get(), wanted.username(), origin);
        }
        return database.readSql(connection -> users.find(connection, wanted.username()))
                .chain(found -> hasher.verify(
                                wanted.password(), found.map(User::passwordHash).orElse(null))
                        .chain(verdict -> verdict.matches() && found.isPresent()
                                ? begin(found.get(), wanted, verdict.outdated(), origin)
                                : failed(found, origin, wrong())));
    }

    private Uni<SessionTokens> begin(User user, SignIn wanted, boolean outdated, Origin origin) {
        if (!user.active()) {
            return failed(Optional.of(user), origin, ProblemException.forbidden("This account is deactivated."));
        }
        throttle.succeeded(wanted.username(), origin.address());
        SecretToken refreshToken = SecretToken.issue(SecretKind.REFRESH_TOKEN);
        return currentHash(user, wanted.password(), outdated)
                .chain(hash -> database.writeSql(tx -> begin(tx, user, hash, refreshToken, origin)))
                .chain(session -> keys.signing().map(key -> tokens.tokens(key, user.id(), session, refreshToken)));
    }

    private Uni<String> currentHash(User user, String password, boolean outdated) {
        return outdated ? hasher.hash(password) : Uni.createFrom().item(user.passwordHash());
    }

    private Uni<UUID> begin(SqlConnection tx, User user, String hash, SecretToken refreshToken, Origin origin) {
        return users.signedIn(tx, user, hash)
                .invoke(unchanged -> {
                    if (!unchanged) {
                        throw wrong();
                    }
                })
                .chain(() -> sessions.begin(tx, user.id(), origin))
                .call(session -> sessions.addRefreshToken(tx, session, refreshToken.hash()))
                .call(session -> audit.write(
                        tx,
                        AuditEvent.byUser(user.id(), user.username(), AuditAction.SIGNED_IN, origin)
                                .with("session_id", session.toString())));
    }

    /** What was typed as a name is not written down: it may have been the password. */
    private Uni<SessionTokens> failed(Optional<User> found, Origin origin, ProblemException problem) {
        AuditEvent anonymous = AuditEvent.byNobody(AuditAction.SIGN_IN_FAILED, origin);
        AuditEvent event =
                found.map(user -> anonymous.about(user.id(), user.username())).orElse(anonymous);
        return database.writeSql(tx -> audit.write(tx, event))
                .chain(() -> Uni.createFrom().failure(problem));
    }

    private Uni<SessionTokens> limited(SignInThrottle.Refusal refusal, String name, Origin origin) {
        if (!refusal.toBeReported()) {
            return Uni.createFrom().failure(refusal.problem());
        }
        AuditEvent anonymous =
                AuditEvent.byNobody(AuditAction.SIGN_IN_LIMITED, origin).with("limit", refusal.limit());
        return database.writeSql(tx -> users.find(tx, name)
                        .map(found -> found.map(user -> anonymous.about(user.id(), user.username()))
                                .orElse(anonymous))
                        .chain(event -> audit.write(tx, event)))
                .chain(() -> Uni.createFrom().failure(refusal.problem()));
    }

    private static ProblemException wrong() {
        return new ProblemException(
                Problem.of(ProblemType.UNAUTHENTICATED, "The username or the password is wrong."), null);
    }
}
