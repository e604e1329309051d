package dev.evenkeel.mcp;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CredentialVerifier;
import dev.evenkeel.platform.access.Scope;
import dev.evenkeel.platform.database.Database;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** People and their tokens, whose form says what they allow; {@code mcp-test.USER.SCOPES.COLLECTION}. */
@Singleton
public class Callers implements CredentialVerifier {
    private static final String PREFIX = "mcp-test.";
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Database database;

    Callers(Database database) {
        this.database = database;
    }

    /** A new person. */
    UUID newUser() {
        UUID id = UUID.randomUUID();
        database.writeSql(tx -> tx.preparedQuery(
                                "insert into app_user (id, username, email, password_hash) values ($1, $2, $3, 'none')")
                        .execute(Tuple.of(id, "user-" + id, id + "@example.org")))
                .await()
                .atMost(LIMIT);
        return id;
    }

    static String token(UUID user, Scope... scopes) {
        return token(user, null, scopes);
    }

    static String token(UUID user, @Nullable UUID collection, Scope... scopes) {
        String names = Arrays.stream(scopes).map(Scope::label).collect(Collectors.joining(","));
        return PREFIX + user + "." + names + "." + (collection == null ? "" : collection);
    }

    @Override
    public boolean recognises(String token) {
        return token.startsWith(PREFIX);
    }

    @Override
    public Uni<Caller> verify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 4) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        UUID user = UUID.fromString(parts[1]);
        Set<Scope> scopes = Arrays.stream(parts[2].split(","))
                .flatMap(label -> Scope.ofLabel(label).stream())
                .collect(Collectors.toSet());
        UUID collection = parts[3].isEmpty() ? null : UUID.fromString(parts[3]);
        Caller.Credential kind =
                collection == null ? Caller.Credential.PERSONAL_TOKEN : Caller.Credential.COLLECTION_TOKEN;
        return Uni.createFrom()
                .item(new Caller(kind, UUID.randomUUID(), user, "user-" + user, scopes, false, collection));
    }
}
