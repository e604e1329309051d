package dev.evenkeel.identity.user;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.Locks;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.PasswordPolicy;
import dev.evenkeel.identity.password.SignInThrottle;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** New accounts. */
@ApplicationScoped
public class AccountCreation {
    private final Database database;
    private final UserRepository users;
    private final AuditTrail audit;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final SignInThrottle throttle;
    private final IdentityConfig config;

    AccountCreation(
            Database database,
            UserRepository users,
            AuditTrail audit,
            PasswordPolicy policy,
            PasswordHasher hasher,
            SignInThrottle throttle,
            IdentityConfig config) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.policy = policy;
        this.hasher = hasher;
        this.throttle = throttle;
        this.config = config;
    }

    /**
     * Registers somebody; the first account of all becomes an administrator.
     *
     * @param caller null for somebody without a credential
     */
    Uni<UserView> register(NewUser wanted, @Nullable Caller caller, Origin origin) {
        if (config.registration() == IdentityConfig.Registration.CLOSED) {
            if (caller == null) {
                throw ProblemException.forbidden("Registration is closed; ask an administrator for an account.");
            }
            caller.requireAdministrator();
        }
        Optional<SignInThrottle.Refusal> refusal = throttle.attempt(origin.address());
        if (refusal.isPresent()) {
            return Uni.createFrom().failure(refusal.get().problem());
        }
        return make(
                wanted,
                null,
                user -> AuditEvent.byUser(user.id(), user.username(), AuditAction.USER_REGISTERED, origin)
                        .with("administrator", user.administrator()));
    }

    /** Makes an account for somebody else. */
    Uni<UserView> create(NewAccount wanted, Caller caller, Origin origin) {
        caller.requireAdministrator();
        return make(
                wanted.user(),
                Boolean.TRUE.equals(wanted.administrator()),
                user -> AuditEvent.by(caller, AuditAction.USER_CREATED, origin)
                        .about(user.id(), user.username())
                        .with("administrator", user.administrator()));
    }

    private Uni<UserView> make(NewUser wanted, @Nullable Boolean administrator, Function<User, AuditEvent> event) {
        return policy.check("password", wanted.password(), wanted.username(), wanted.email())
                .chain(() -> hasher.hash(wanted.password()))
                .chain(hash -> database.writeSql(tx -> Locks.ADMINISTRATORS
                        .take(tx)
                        .chain(() -> users.insert(tx, wanted, hash, administrator))
                        .call(user -> audit.write(tx, event.apply(user)))))
                .map(User::view);
    }
}
