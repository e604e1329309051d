package dev.evenkeel.identity.user;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.session.OwnPassword;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Giving up one's own account. */
@ApplicationScoped
public class AccountService {
    private final Database database;
    private final UserService users;
    private final OwnPassword own;

    AccountService(Database database, UserService users, OwnPassword own) {
        this.database = database;
        this.users = users;
        this.own = own;
    }

    /** Deletes the account of the caller with everything that belongs to it. */
    Uni<Void> delete(String password, Caller caller, Origin origin) {
        return own.require(caller, "password", password, origin)
                .chain(user -> database.writeSql(tx -> users.delete(tx, user.id(), null, caller, origin)));
    }
}
