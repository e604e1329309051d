package dev.evenkeel.identity.session;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CredentialVerifier;
import dev.evenkeel.platform.access.Scope;
import dev.evenkeel.platform.database.Database;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/**
 * Knows the tokens of sessions. The signature is checked here, the rest by one query, so that a sign-out, a deactivation or a
 * lost right counts from the next request on, on every replica.
 */
@Singleton
class SessionVerifier implements CredentialVerifier {
    private static final Set<Scope> ALL = Set.of(Scope.READ, Scope.WRITE, Scope.ADMIN);

    private final SigningKeys keys;
    private final AccessJwt jwt;
    private final Database database;

    SessionVerifier(SigningKeys keys, AccessJwt jwt, Database database) {
        this.keys = keys;
        this.jwt = jwt;
        this.database = database;
    }

    @Override
    public boolean recognises(String token) {
        return AccessJwt.isWellFormed(token);
    }

    @Override
    public Uni<Caller> verify(String token) {
        Optional<String> kid = AccessJwt.kid(token);
        if (kid.isEmpty()) {
            return refused();
        }
        return keys.verifying(kid.get())
                .map(key -> key.flatMap(found -> jwt.verify(token, found.publicKey())))
                .chain(claims -> claims.isEmpty()
                        ? refused()
                        : database.authenticationSql(connection -> caller(connection, claims.get())));
    }

    private static Uni<Caller> caller(SqlConnection connection, AccessJwt.Claims claims) {
        return connection
                .preparedQuery("""
                        select u.username, u.administrator
                        from user_session s join app_user u on u.id = s.user_id
                        where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > now() and u.active""")
                .execute(Tuple.of(claims.sessionId(), claims.userId()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new AuthenticationFailedException();
                    }
                    Row row = rows.iterator().next();
                    return new Caller(
                            Caller.Credential.SESSION,
                            claims.sessionId(),
                            claims.userId(),
                            row.getString("username"),
                            ALL,
                            row.getBoolean("administrator"),
                            null);
                });
    }

    private static Uni<Caller> refused() {
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }
}
