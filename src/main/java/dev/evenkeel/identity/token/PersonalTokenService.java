package dev.evenkeel.identity.token;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One's own personal tokens. Only a person who has signed in has to do with them: a token makes no token. */
@ApplicationScoped
public class PersonalTokenService {
    private final Database database;
    private final AccessTokens tokens;

    PersonalTokenService(Database database, AccessTokens tokens) {
        this.database = database;
        this.tokens = tokens;
    }

    Uni<IssuedToken> issue(NewToken wanted, Caller caller, Origin origin) {
        caller.person();
        return database.writeSql(tx -> tokens.issuePersonal(tx, wanted, caller, origin));
    }

    Uni<Page<TokenView>> list(Caller caller, int limit, @Nullable String cursor) {
        UUID user = caller.person();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> tokens.listOfUser(connection, user, limit, before))
                .map(found -> Pages.of(found, limit, TokenView::id));
    }

    Uni<TokenView> get(UUID id, Caller caller) {
        UUID user = caller.person();
        return database.readSql(connection -> tokens.requirePersonal(connection, user, id));
    }

    Uni<TokenView> change(UUID id, TokenChange change, Caller caller, Origin origin) {
        UUID user = caller.person();
        return database.writeSql(tx ->
                tokens.requirePersonal(tx, user, id).chain(token -> tokens.change(tx, token, change, caller, origin)));
    }

    Uni<IssuedToken> rotate(UUID id, TokenChange change, Caller caller, Origin origin) {
        UUID user = caller.person();
        return database.writeSql(tx ->
                tokens.requirePersonal(tx, user, id).chain(token -> tokens.rotate(tx, token, change, caller, origin)));
    }

    Uni<Void> revoke(UUID id, Caller caller, Origin origin) {
        UUID user = caller.person();
        return database.writeSql(
                tx -> tokens.requirePersonal(tx, user, id).chain(token -> tokens.revoke(tx, token, caller, origin)));
    }
}
