package dev.evenkeel.knowledge;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.token.AccessTokens;
import dev.evenkeel.identity.token.IssuedToken;
import dev.evenkeel.identity.token.NewToken;
import dev.evenkeel.identity.token.TokenChange;
import dev.evenkeel.identity.token.TokenView;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sharing of collections by tokens: whoever may manage a collection may issue tokens for it. A token of a collection that the
 * caller cannot reach does not exist for the caller.
 */
@ApplicationScoped
public class CollectionTokenService {
    private final Database database;
    private final CollectionRepository collections;
    private final AccessTokens tokens;

    CollectionTokenService(Database database, CollectionRepository collections, AccessTokens tokens) {
        this.database = database;
        this.collections = collections;
        this.tokens = tokens;
    }

    /** Issues a token for a collection; the answer is the only place where it is seen. */
    public Uni<IssuedToken> issue(Caller caller, UUID collectionId, NewToken wanted, Origin origin) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection -> tokens.issueForCollection(tx, collectionId, wanted, caller, origin)));
    }

    /** The tokens of a collection that are not revoked, newest first. */
    public Uni<Page<TokenView>> list(Caller caller, UUID collectionId, int limit, @Nullable String cursor) {
        Reach reach = caller.managing();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> collections
                        .requireForReading(connection, reach, List.of(collectionId))
                        .chain(found -> tokens.listOfCollection(connection, collectionId, limit, before)))
                .map(found -> Pages.of(found, limit, TokenView::id));
    }

    /** One token. */
    public Uni<TokenView> get(Caller caller, UUID id) {
        Reach reach = caller.managing();
        return database.readSql(connection -> require(connection, reach, id));
    }

    /** Gives a token a new secret; the old one is dead when this is answered. */
    public Uni<IssuedToken> rotate(Caller caller, UUID id, TokenChange change, Origin origin) {
        Reach reach = caller.managing();
        return database.writeSql(
                tx -> require(tx, reach, id).chain(token -> tokens.rotate(tx, token, change, caller, origin)));
    }

    /** Ends a token for good. */
    public Uni<Void> revoke(Caller caller, UUID id, Origin origin) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> require(tx, reach, id).chain(token -> tokens.revoke(tx, token, caller, origin)));
    }

    private Uni<TokenView> require(SqlConnection connection, Reach reach, UUID id) {
        return tokens.requireOfCollection(connection, id)
                .call(token -> collections
                        .requireForReading(connection, reach, List.of(collectionOf(token)))
                        .onFailure(ProblemException.class)
                        .transform(outOfReach -> ProblemException.notFound("token")));
    }

    private static UUID collectionOf(TokenView token) {
        UUID collection = token.collectionId();
        if (collection == null) {
            throw new IllegalStateException("A collection token has a collection");
        }
        return collection;
    }
}
