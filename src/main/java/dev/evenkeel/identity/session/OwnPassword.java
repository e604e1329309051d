package dev.evenkeel.identity.session;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.password.PasswordHasher;
import dev.evenkeel.identity.password.SignInThrottle;
import dev.evenkeel.identity.user.User;
import dev.evenkeel.identity.user.UserRepository;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Asks for the password again before something that a found or stolen session must not be enough for. */
@Singleton
public class OwnPassword {
    private final Database database;
    private final UserRepository users;
    private final PasswordHasher hasher;
    private final SignInThrottle throttle;

    OwnPassword(Database database, UserRepository users, PasswordHasher hasher, SignInThrottle throttle) {
        this.database = database;
        this.users = users;
        this.hasher = hasher;
        this.throttle = throttle;
    }

    /**
     * The caller's account, if this is its password.
     *
     * @param field the field of the request, for the answer
     * @throws ProblemException (as failure) 400 when it is not, 429 after too many attempts
     */
    public Uni<User> require(Caller caller, String field, String password, Origin origin) {
        UUID id = caller.person();
        Optional<SignInThrottle.Refusal> refusal = throttle.attempt(caller.username(), origin.address());
        if (refusal.isPresent()) {
            return Uni.createFrom().failure(refusal.get().problem());
        }
        return database.readSql(connection -> users.require(connection, id))
                .call(user -> hasher.verify(password, user.passwordHash()).invoke(verdict -> {
                    if (!verdict.matches()) {
                        throw ProblemException.invalid(field, "is wrong");
                    }
                }))
                .invoke(user -> throttle.succeeded(caller.username(), origin.address()));
    }
}
