package dev.evenkeel.identity.session;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CredentialVerifier;
import dev.evenkeel.platform.access.Scope;
import dev.evenkeel.platform.database.BatchedLookup;
import dev.evenkeel.platform.database.Database;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Knows the tokens of sessions. The signature is checked here, the rest by one query, so that a sign-out, a deactivation or a
 * lost right counts from the next request on, on every replica.
 */
@Singleton
class SessionVerifier implements CredentialVerifier {
    private static final Set<Scope> ALL = Set.of(Scope.READ, Scope.WRITE, Scope.ADMIN);

    private static final String FIND = """
            select s.id, s.user_id, u.username, u.administrator
            from user_session s join app_user u on u.id = s.user_id
            where s.id = any($1) and s.ended_at is null and s.expires_at > now() and u.active
            """;

    private final SigningKeys keys;
    private final AccessJwt jwt;
    private final BatchedLookup<UUID, Caller> callers;

    SessionVerifier(SigningKeys keys, AccessJwt jwt, Database database) {
        this.keys = keys;
        this.jwt = jwt;
        this.callers = database.authenticationLookup(SessionVerifier::find);
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
                        : callers.find(claims.get().sessionId())
                                .map(found -> found.filter(
                                                caller -> claims.get().userId().equals(caller.userId()))
                                        .orElseThrow(AuthenticationFailedException::new)));
    }

    private static Uni<Map<UUID, Caller>> find(SqlConnection connection, Set<UUID> sessions) {
        return connection
                .preparedQuery(FIND)
                .execute(Tuple.of(sessions.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, Caller> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getUUID("id"), caller(row)));
                    return found;
                });
    }

    private static Caller caller(Row row) {
        return new Caller(
                Caller.Credential.SESSION,
                row.getUUID("id"),
                row.getUUID("user_id"),
                row.getString("username"),
                ALL,
                row.getBoolean("administrator"),
                null);
    }

    private static Uni<Caller> refused() {
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }
}
