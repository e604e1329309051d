package dev.evenkeel.identity.token;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.SecretKind;
import dev.evenkeel.identity.SecretToken;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of both kinds. Every method works in the transaction of its caller and writes the audit trail there; who may
 * do it is the caller's to check, because collections belong to another module.
 */
@Singleton
public class AccessTokens {
    private static final String NOT_REVOKED = "t.revoked_at is null";
    private static final String USABLE = NOT_REVOKED + " and t.expires_at > now()";

    private final TokenRules rules;
    private final IdentityConfig.AccessToken config;
    private final AuditTrail audit;

    AccessTokens(TokenRules rules, IdentityConfig config, AuditTrail audit) {
        this.rules = rules;
        this.config = config.accessToken();
        this.audit = audit;
    }

    /** A token with some or all rights of the caller, who has signed in. */
    public Uni<IssuedToken> issuePersonal(SqlConnection tx, NewToken wanted, Caller caller, Origin origin) {
        UUID user = caller.person();
        String[] scopes = TokenRules.personalScopes(wanted.scopes(), caller);
        return requireRoom(tx, user)
                .chain(() -> insert(tx, SecretKind.PERSONAL_TOKEN, wanted, scopes, user, null, caller, origin));
    }

    /** A token for one collection, which the caller may share; the caller has to have checked that. */
    public Uni<IssuedToken> issueForCollection(
            SqlConnection tx, UUID collectionId, NewToken wanted, Caller caller, Origin origin) {
        String[] scopes = TokenRules.collectionScopes(wanted.scopes());
        return insert(tx, SecretKind.COLLECTION_TOKEN, wanted, scopes, caller.userId(), collectionId, caller, origin);
    }

    /** A user's personal token that is not revoked, or 404. */
    public Uni<TokenView> requirePersonal(SqlConnection connection, UUID userId, UUID id) {
        return require(
                connection,
                new SqlConditions()
                        .and("t.id = $", id)
                        .and("t.user_id = $", userId)
                        .and("t.kind = 'personal'"));
    }

    /** A collection's token that is not revoked, or 404; whether the caller may know of it is still to be checked. */
    public Uni<TokenView> requireOfCollection(SqlConnection connection, UUID id) {
        return require(connection, new SqlConditions().and("t.id = $", id).and("t.kind = 'collection'"));
    }

    /** Personal tokens of a user, newest first, one more than asked for when there is another page. */
    public Uni<List<TokenView>> listOfUser(SqlConnection connection, UUID userId, int limit, @Nullable UUID before) {
        return list(
                connection, new SqlConditions().and("t.user_id = $", userId).and("t.kind = 'personal'"), limit, before);
    }

    /** Tokens of a collection, newest first, one more than asked for when there is another page. */
    public Uni<List<TokenView>> listOfCollection(
            SqlConnection connection, UUID collectionId, int limit, @Nullable UUID before) {
        return list(connection, new SqlConditions().and("t.collection_id = $", collectionId), limit, before);
    }

    /** How many usable tokens a collection has. */
    public Uni<Long> activeOfCollection(SqlConnection connection, UUID collectionId) {
        return connection
                .preparedQuery("select count(*) from access_token t where t.collection_id = $1 and " + USABLE)
                .execute(Tuple.of(collectionId))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Changes the label or the end. */
    public Uni<TokenView> change(SqlConnection tx, TokenView token, TokenChange change, Caller caller, Origin origin) {
        Integer days = change.expiresInDays();
        return tx.preparedQuery("update access_token t set label = $2, expires_at = coalesce($3, expires_at),"
                        + " version = version + 1 where t.id = $1 and " + NOT_REVOKED + " returning "
                        + TokenView.COLUMNS)
                .execute(Tuple.of(token.id(), label(token, change), days == null ? null : rules.expiry(days)))
                .map(AccessTokens::one)
                .call(changed -> tell(tx, AuditAction.TOKEN_CHANGED, changed, caller, origin));
    }

    /** A new secret for the same token; the old one is dead when the transaction ends. */
    public Uni<IssuedToken> rotate(
            SqlConnection tx, TokenView token, TokenChange change, Caller caller, Origin origin) {
        SecretToken secret = SecretToken.issue(
                token.collectionId() == null ? SecretKind.PERSONAL_TOKEN : SecretKind.COLLECTION_TOKEN);
        return tx.preparedQuery("update access_token t set token_hash = $2, token_start = $3, label = $4,"
                        + " expires_at = $5, rotated_at = now(), last_used_at = null, version = version + 1"
                        + " where t.id = $1 and " + NOT_REVOKED + " returning " + TokenView.COLUMNS)
                .execute(Tuple.of(
                        token.id(),
                        Buffer.buffer(secret.hash()),
                        secret.start(),
                        label(token, change),
                        rules.expiry(change.expiresInDays())))
                .map(AccessTokens::one)
                .call(rotated -> tell(tx, AuditAction.TOKEN_ROTATED, rotated, caller, origin))
                .map(rotated -> IssuedToken.of(rotated, secret.text()));
    }

    /** Ends a token for good. */
    public Uni<Void> revoke(SqlConnection tx, TokenView token, Caller caller, Origin origin) {
        return tx.preparedQuery(
                        "update access_token t set revoked_at = now(), version = version + 1 where t.id = $1 and "
                                + NOT_REVOKED + " returning " + TokenView.COLUMNS)
                .execute(Tuple.of(token.id()))
                .map(AccessTokens::one)
                .chain(revoked -> tell(tx, AuditAction.TOKEN_REVOKED, revoked, caller, origin));
    }

    /** Ends all tokens of a collection, for example because it is deleted; how many were usable. */
    public Uni<Integer> revokeAllOfCollection(SqlConnection tx, UUID collectionId, Caller caller, Origin origin) {
        return tx.preparedQuery("update access_token t set revoked_at = now(), version = version + 1"
                        + " where t.collection_id = $1 and " + NOT_REVOKED)
                .execute(Tuple.of(collectionId))
                .map(RowSet::rowCount)
                .call(revoked -> revoked == 0
                        ? Uni.createFrom().voidItem()
                        : audit.write(
                                tx,
                                AuditEvent.by(caller, AuditAction.TOKEN_REVOKED, origin)
                                        .about(collectionId, "all tokens of the collection")
                                        .with("tokens", revoked)));
    }

    private Uni<IssuedToken> insert(
            SqlConnection tx,
            SecretKind kind,
            NewToken wanted,
            String[] scopes,
            @Nullable UUID userId,
            @Nullable UUID collectionId,
            Caller caller,
            Origin origin) {
        SecretToken secret = SecretToken.issue(kind);
        OffsetDateTime expiry = rules.expiry(wanted.expiresInDays());
        return tx.preparedQuery(
                        "insert into access_token as t (id, kind, user_id, label, token_hash, token_start, scopes,"
                                + " collection_id, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning "
                                + TokenView.COLUMNS)
                .execute(Tuple.from(new Object[] {
                    UuidV7.next(),
                    collectionId == null ? "personal" : "collection",
                    userId,
                    TokenRules.label(wanted.label()),
                    Buffer.buffer(secret.hash()),
                    secret.start(),
                    scopes,
                    collectionId,
                    expiry
                }))
                .map(AccessTokens::one)
                .call(issued -> tell(tx, AuditAction.TOKEN_ISSUED, issued, caller, origin))
                .map(issued -> IssuedToken.of(issued, secret.text()));
    }

    /** Waits for others who issue tokens of the same user, so that together they do not exceed the limit. */
    private Uni<Void> requireRoom(SqlConnection tx, UUID userId) {
        return tx.preparedQuery("select id from app_user where id = $1 for no key update")
                .execute(Tuple.of(userId))
                .chain(() -> tx.preparedQuery(
                                "select count(*) from access_token t where t.user_id = $1 and t.kind = 'personal' and "
                                        + USABLE)
                        .execute(Tuple.of(userId)))
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) >= config.maxPerUser()) {
                        throw ProblemException.conflict(
                                "There are " + config.maxPerUser() + " usable tokens already; revoke one first.");
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<TokenView> require(SqlConnection connection, SqlConditions conditions) {
        return connection
                .preparedQuery("select " + TokenView.COLUMNS + " from access_token t"
                        + conditions.and(NOT_REVOKED).where())
                .execute(conditions.tuple())
                .map(AccessTokens::one);
    }

    private static Uni<List<TokenView>> list(
            SqlConnection connection, SqlConditions conditions, int limit, @Nullable UUID before) {
        conditions.and(NOT_REVOKED);
        if (before != null) {
            conditions.and("t.id < $", before);
        }
        return connection
                .preparedQuery("select " + TokenView.COLUMNS + " from access_token t" + conditions.where()
                        + " order by t.id desc limit " + conditions.parameter(limit + 1))
                .execute(conditions.tuple())
                .map(rows -> {
                    List<TokenView> views = new ArrayList<>();
                    rows.forEach(row -> views.add(TokenView.of(row)));
                    return views;
                });
    }

    private Uni<Void> tell(SqlConnection tx, AuditAction action, TokenView token, Caller caller, Origin origin) {
        AuditEvent event = AuditEvent.by(caller, action, origin)
                .about(token.id(), token.label())
                .with("scopes", new JsonArray(new ArrayList<>(token.scopes())));
        UUID collection = token.collectionId();
        return audit.write(tx, collection == null ? event : event.with("collection_id", collection.toString()));
    }

    private static String label(TokenView token, TokenChange change) {
        return change.label() == null ? token.label() : TokenRules.label(change.label());
    }

    private static TokenView one(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw ProblemException.notFound("token");
        }
        return TokenView.of(rows.iterator().next());
    }
}
