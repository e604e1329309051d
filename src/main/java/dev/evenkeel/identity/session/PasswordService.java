package dev.evenkeel.identity.session;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.PasswordPolicy;
import dev.evenkeel.identity.user.User;
import dev.evenkeel.identity.user.UserRepository;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Changing one's own password. */
@ApplicationScoped
public class PasswordService {
    private final Database database;
    private final UserRepository users;
    private final SessionRepository sessions;
    private final OwnPassword own;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final AuditTrail audit;

    PasswordService(
            Database database,
            UserRepository users,
            SessionRepository sessions,
            OwnPassword own,
            PasswordPolicy policy,
            PasswordHasher hasher,
            AuditTrail audit) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.own = own;
        this.policy = policy;
        this.hasher = hasher;
        this.audit = audit;
    }

    /** Sets a new password and ends all other sessions. */
    Uni<Void> change(PasswordChange change, Caller caller, Origin origin) {
        return own.require(caller, "current_password", change.currentPassword(), origin)
                .call(user -> policy.check("new_password", change.newPassword(), user.username(), user.email()))
                .chain(user -> hasher.hash(change.newPassword()).chain(hash -> store(user, hash, caller, origin)));
    }

    private Uni<Void> store(User user, String hash, Caller caller, Origin origin) {
        return database.writeSql(tx -> users.replacePassword(tx, user.id(), user.passwordHash(), hash)
                .invoke(replaced -> {
                    if (!replaced) {
                        throw ProblemException.conflict("The password was changed by another request.");
                    }
                })
                .chain(() -> sessions.endAll(tx, user.id(), caller.credentialId()))
                .chain(() -> audit.write(
                        tx,
                        AuditEvent.by(caller, AuditAction.PASSWORD_CHANGED, origin)
                                .about(user.id(), user.username()))));
    }
}
