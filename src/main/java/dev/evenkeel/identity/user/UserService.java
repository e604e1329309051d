package dev.evenkeel.identity.user;

import dev.evenkeel.identity.Locks;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.PasswordPolicy;
import dev.evenkeel.identity.session.SessionRepository;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.OwnedData;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with accounts: by their users with their own, by administrators with all. */
@ApplicationScoped
public class UserService {
    private final Database database;
    private final UserRepository users;
    private final SessionRepository sessions;
    private final AuditTrail audit;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final List<OwnedData> owned;

    UserService(
            Database database,
            UserRepository users,
            SessionRepository sessions,
            AuditTrail audit,
            PasswordPolicy policy,
            PasswordHasher hasher,
            @All List<OwnedData> owned) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.audit = audit;
        this.policy = policy;
        this.hasher = hasher;
        this.owned = owned;
    }

    /** The account of the caller, or of the user whose token it is. */
    Uni<UserView> own(Caller caller) {
        caller.reading();
        UUID id = caller.userId();
        if (id == null || caller.collectionId() != null) {
            throw ProblemException.forbidden("This credential is not a user's own.");
        }
        return database.readSql(connection -> users.require(connection, id)).map(User::view);
    }

    Uni<UserView> changeOwn(ProfileChange change, @Nullable String ifMatch, Caller caller, Origin origin) {
        return change(caller.person(), change.change(), null, ifMatch, caller, origin);
    }

    Uni<Page<UserView>> list(@Nullable String query, int limit, @Nullable String cursor, Caller caller) {
        caller.requireAdministrator();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> users.list(connection, query, limit, before))
                .map(found -> Pages.of(found, limit, UserView::id));
    }

    Uni<UserDetail> detail(UUID id, Caller caller) {
        caller.requireAdministrator();
        return database.readSql(connection -> users.detail(connection, id));
    }

    /** An administrator's change; a new password ends all sessions of the account. */
    Uni<UserView> change(UUID id, UserChange change, @Nullable String ifMatch, Caller caller, Origin origin) {
        caller.requireAdministrator();
        String password = change.password();
        if (password == null) {
            return change(id, change, null, ifMatch, caller, origin);
        }
        return database.readSql(connection -> users.require(connection, id))
                .chain(user -> policy.check(
                        "password",
                        password,
                        Optional.ofNullable(change.username()).orElse(user.username()),
                        Optional.ofNullable(change.email()).orElse(user.email())))
                .chain(() -> hasher.hash(password))
                .chain(hash -> change(id, change, hash, ifMatch, caller, origin));
    }

    private Uni<UserView> change(
            UUID id, UserChange change, @Nullable String hash, @Nullable String ifMatch, Caller caller, Origin origin) {
        return database.writeSql(tx -> lockFor(tx, change.takesRights())
                        .chain(() -> users.requireForChange(tx, id))
                        .invoke(user -> ETags.requireMatch(ifMatch, user.version()))
                        .call(user -> change.takesRights()
                                ? requireAnotherAdministrator(tx, user)
                                : Uni.createFrom().voidItem())
                        .chain(before -> users.update(tx, id, change, hash)
                                .call(after -> endSessions(tx, after, hash))
                                .call(after -> tell(tx, before, after, hash != null, caller, origin))))
                .map(User::view);
    }

    /** An administrator's deletion of somebody else's account. */
    Uni<Void> delete(UUID id, @Nullable String ifMatch, Caller caller, Origin origin) {
        caller.requireAdministrator();
        if (id.equals(caller.userId())) {
            throw ProblemException.conflict("Delete your own account at /api/v1/users/me.");
        }
        return database.writeSql(tx -> delete(tx, id, ifMatch, caller, origin));
    }

    /** Deletes an account and everything of it, unless it is the last administrator's. */
    public Uni<Void> delete(SqlConnection tx, UUID id, @Nullable String ifMatch, Caller caller, Origin origin) {
        return Locks.ADMINISTRATORS
                .take(tx)
                .chain(() -> users.requireForChange(tx, id))
                .invoke(user -> ETags.requireMatch(ifMatch, user.version()))
                .call(user -> requireAnotherAdministrator(tx, user))
                .call(user -> deleteOwned(tx, id))
                .call(user -> users.delete(tx, id))
                .chain(user -> audit.write(
                        tx,
                        AuditEvent.by(caller, AuditAction.USER_DELETED, origin).about(id, user.username())));
    }

    private Uni<Void> deleteOwned(SqlConnection tx, UUID id) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (OwnedData data : owned) {
            all = all.chain(() -> data.delete(tx, id));
        }
        return all;
    }

    private static Uni<Void> lockFor(SqlConnection tx, boolean needed) {
        return needed ? Locks.ADMINISTRATORS.take(tx) : Uni.createFrom().voidItem();
    }

    private Uni<Void> requireAnotherAdministrator(SqlConnection tx, User user) {
        return users.isLastAdministrator(tx, user)
                .invoke(last -> {
                    if (last) {
                        throw ProblemException.conflict("This is the last active administrator.");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> endSessions(SqlConnection tx, User user, @Nullable String newHash) {
        return newHash == null && user.active()
                ? Uni.createFrom().voidItem()
                : sessions.endAll(tx, user.id(), null).replaceWithVoid();
    }

    private Uni<Void> tell(
            SqlConnection tx, User before, User after, boolean newPassword, Caller caller, Origin origin) {
        JsonArray fields = new JsonArray();
        if (!before.username().equals(after.username())) {
            fields.add("username");
        }
        if (!before.email().equals(after.email())) {
            fields.add("email");
        }
        Uni<Void> all = Uni.createFrom().voidItem();
        if (!fields.isEmpty()) {
            all = tell(all, tx, AuditAction.USER_CHANGED, after, caller, origin, fields);
        }
        if (newPassword) {
            all = tell(all, tx, AuditAction.PASSWORD_CHANGED, after, caller, origin, null);
        }
        if (before.active() != after.active()) {
            AuditAction action = after.active() ? AuditAction.USER_ACTIVATED : AuditAction.USER_DEACTIVATED;
            all = tell(all, tx, action, after, caller, origin, null);
        }
        if (before.administrator() != after.administrator()) {
            AuditAction action = after.administrator() ? AuditAction.USER_PROMOTED : AuditAction.USER_DEMOTED;
            all = tell(all, tx, action, after, caller, origin, null);
        }
        return all;
    }

    private Uni<Void> tell(
            Uni<Void> before,
            SqlConnection tx,
            AuditAction action,
            User user,
            Caller caller,
            Origin origin,
            @Nullable JsonArray fields) {
        AuditEvent event = AuditEvent.by(caller, action, origin).about(user.id(), user.username());
        return before.chain(() -> audit.write(tx, fields == null ? event : event.with("fields", fields)));
    }
}
