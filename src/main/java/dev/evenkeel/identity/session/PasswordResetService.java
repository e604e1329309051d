package dev.evenkeel.identity.session;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.SecretKind;
import dev.evenkeel.identity.SecretToken;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.PasswordPolicy;
import dev.evenkeel.identity.password.SignInThrottle;
import dev.evenkeel.identity.user.User;
import dev.evenkeel.identity.user.UserRepository;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** New passwords for those who have forgotten theirs. */
@ApplicationScoped
public class PasswordResetService {
    private static final Logger LOG = Logger.getLogger(PasswordResetService.class);
    private static final int MAX_DELIVERIES = 64;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Database database;
    private final UserRepository users;
    private final PasswordResets resets;
    private final SessionRepository sessions;
    private final ResetDeliveries deliveries;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final SignInThrottle throttle;
    private final AuditTrail audit;
    private final Semaphore slots = new Semaphore(MAX_DELIVERIES);

    PasswordResetService(
            Database database,
            UserRepository users,
            PasswordResets resets,
            SessionRepository sessions,
            ResetDeliveries deliveries,
            PasswordPolicy policy,
            PasswordHasher hasher,
            SignInThrottle throttle,
            AuditTrail audit) {
        this.database = database;
        this.users = users;
        this.resets = resets;
        this.sessions = sessions;
        this.deliveries = deliveries;
        this.policy = policy;
        this.hasher = hasher;
        this.throttle = throttle;
        this.audit = audit;
    }

    /**
     * Sends a permission to set a new password, if there is such an account. The caller does not wait for it, so neither the
     * answer nor its time tells whether there is.
     *
     * @throws ProblemException 429 after too many requests, 503 when nothing can be delivered now
     */
    void request(String email, Origin origin) {
        ResetDelivery delivery = deliveries.require();
        Optional<SignInThrottle.Refusal> refusal = throttle.attempt("reset:" + email, origin.address());
        if (refusal.isPresent()) {
            throw refusal.get().problem();
        }
        if (!slots.tryAcquire()) {
            throw ProblemException.overloaded("Too many messages are on their way.", RETRY_AFTER);
        }
        SecretToken token = SecretToken.issue(SecretKind.PASSWORD_RESET);
        database.writeSql(tx -> users.find(tx, email)
                        .map(found -> found.filter(User::active))
                        .call(found ->
                                found.isEmpty() ? Uni.createFrom().voidItem() : permit(tx, found.get(), token, origin)))
                .chain(found ->
                        found.isEmpty() ? Uni.createFrom().voidItem() : delivery.deliver(found.get(), token.text()))
                .onTermination()
                .invoke(slots::release)
                .subscribe()
                .with(
                        sent -> LOG.debug("A request for a new password was dealt with"),
                        failure -> LOG.warn("A permission to set a new password could not be delivered", failure));
    }

    private Uni<Void> permit(SqlConnection tx, User user, SecretToken token, Origin origin) {
        AuditEvent requested = AuditEvent.byNobody(AuditAction.PASSWORD_RESET_REQUESTED, origin)
                .about(user.id(), user.username());
        return resets.replace(tx, user.id(), token.hash()).chain(() -> audit.write(tx, requested));
    }

    /**
     * Sets the new password and ends all sessions.
     *
     * @throws ProblemException (as failure) 400 when the token is not good, or the password is not acceptable
     */
    Uni<Void> confirm(PasswordReset reset, Origin origin) {
        Optional<SignInThrottle.Refusal> refusal = throttle.attempt(origin.address());
        if (refusal.isPresent()) {
            return Uni.createFrom().failure(refusal.get().problem());
        }
        if (!SecretToken.isWellFormed(SecretKind.PASSWORD_RESET, reset.token())) {
            return Uni.createFrom().failure(notGood());
        }
        byte[] hash = SecretToken.sha256(reset.token());
        return database.readSql(connection -> resets.userOf(connection, hash)
                        .map(found -> found.orElseThrow(PasswordResetService::notGood))
                        .chain(id -> users.require(connection, id)))
                .call(user -> policy.check("new_password", reset.newPassword(), user.username(), user.email()))
                .chain(user -> hasher.hash(reset.newPassword())
                        .chain(newHash -> database.writeSql(tx -> set(tx, user, hash, newHash, origin))));
    }

    private Uni<Void> set(SqlConnection tx, User user, byte[] tokenHash, String newHash, Origin origin) {
        return resets.use(tx, tokenHash)
                .chain(used -> used
                        ? users.replacePassword(tx, user.id(), user.passwordHash(), newHash)
                        : Uni.createFrom().item(false))
                .invoke(replaced -> {
                    if (!replaced) {
                        throw notGood();
                    }
                })
                .chain(() -> resets.voidAll(tx, user.id()))
                .chain(() -> sessions.endAll(tx, user.id(), null))
                .chain(() -> audit.write(
                        tx, AuditEvent.byUser(user.id(), user.username(), AuditAction.PASSWORD_RESET, origin)));
    }

    private static ProblemException notGood() {
        return ProblemException.invalid("token", "is not good any more; ask for a new one");
    }
}
