package dev.evenkeel.identity.token;

import dev.evenkeel.identity.SecretKind;
import dev.evenkeel.identity.SecretToken;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CredentialVerifier;
import dev.evenkeel.platform.access.Scope;
import dev.evenkeel.platform.database.BatchedLookup;
import dev.evenkeel.platform.database.Database;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Knows access tokens by one query each; what was revoked, or whose user was deactivated, is refused at once. */
@Singleton
class AccessTokenVerifier implements CredentialVerifier {
    private static final String FIND = """
            select t.token_hash, t.id, t.kind, t.user_id, t.label, t.scopes, t.collection_id, u.username,
                   coalesce(u.administrator, false) as administrator,
                   t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as unnoticed
            from access_token t left join app_user u on u.id = t.user_id
            where t.token_hash = any($1) and t.revoked_at is null and t.expires_at > now()
              and (t.user_id is null or u.active)
            """;

    private final BatchedLookup<Buffer, Caller> callers;
    private final LastUse lastUse;

    AccessTokenVerifier(Database database, LastUse lastUse) {
        this.callers = database.authenticationLookup(this::find);
        this.lastUse = lastUse;
    }

    @Override
    public boolean recognises(String token) {
        return token.startsWith(SecretKind.PERSONAL_TOKEN.prefix())
                || token.startsWith(SecretKind.COLLECTION_TOKEN.prefix());
    }

    @Override
    public Uni<Caller> verify(String token) {
        if (!SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, token)
                && !SecretToken.isWellFormed(SecretKind.COLLECTION_TOKEN, token)) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return callers.find(Buffer.buffer(SecretToken.sha256(token)))
                .map(found -> found.orElseThrow(AuthenticationFailedException::new));
    }

    private Uni<Map<Buffer, Caller>> find(SqlConnection connection, Set<Buffer> hashes) {
        return connection
                .preparedQuery(FIND)
                .execute(Tuple.of(hashes.toArray(Buffer[]::new)))
                .map(rows -> {
                    Map<Buffer, Caller> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getDelegate().getBuffer("token_hash"), caller(row)));
                    return found;
                });
    }

    private Caller caller(Row row) {
        UUID id = row.getUUID("id");
        if (row.getBoolean("unnoticed")) {
            lastUse.note(id);
        }
        boolean personal = row.getString("kind").equals("personal");
        return new Caller(
                personal ? Caller.Credential.PERSONAL_TOKEN : Caller.Credential.COLLECTION_TOKEN,
                id,
                row.getUUID("user_id"),
                personal ? row.getString("username") : row.getString("label"),
                scopes(row.getArrayOfStrings("scopes")),
                personal && row.getBoolean("administrator"),
                row.getUUID("collection_id"));
    }

    private static Set<Scope> scopes(String[] labels) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String label : labels) {
            Scope.ofLabel(label).ifPresent(scopes::add);
        }
        return scopes;
    }
}
