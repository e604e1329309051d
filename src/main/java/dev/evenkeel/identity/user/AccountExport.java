package dev.evenkeel.identity.user;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.identity.audit.AuditView;
import dev.evenkeel.identity.session.SessionRepository;
import dev.evenkeel.identity.session.SessionView;
import dev.evenkeel.identity.token.AccessTokens;
import dev.evenkeel.identity.token.TokenView;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.OwnedData;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.Page;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a user as lines of JSON, each with the {@code type} of its {@code data}: the account itself, then what
 * every module holds. Lists are read page by page, so that neither memory nor a connection is held by a slow client.
 */
@ApplicationScoped
public class AccountExport {
    private final Database database;
    private final UserRepository users;
    private final SessionRepository sessions;
    private final AccessTokens tokens;
    private final AuditTrail audit;
    private final List<OwnedData> owned;
    private final ObjectMapper mapper;

    AccountExport(
            Database database,
            UserRepository users,
            SessionRepository sessions,
            AccessTokens tokens,
            AuditTrail audit,
            @All List<OwnedData> owned,
            ObjectMapper mapper) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.tokens = tokens;
        this.audit = audit;
        this.owned = owned;
        this.mapper = mapper;
    }

    /** The lines about the caller. */
    Multi<Buffer> lines(Caller caller, Origin origin) {
        UUID user = caller.person();
        AuditEvent exported = AuditEvent.by(caller, AuditAction.USER_EXPORTED, origin);
        Multi<Buffer> profile = database.writeSql(tx -> users.require(tx, user).call(() -> audit.write(tx, exported)))
                .map(found -> line("user", found.view()))
                .toMulti();
        Multi<Buffer> own = Multi.createBy()
                .concatenating()
                .streams(
                        profile,
                        paged(
                                "session",
                                SessionView::id,
                                (connection, before) -> sessions.list(
                                        connection, user, caller.credentialId(), Page.MAX_LIMIT - 1, before)),
                        paged(
                                "personal_access_token",
                                TokenView::id,
                                (connection, before) ->
                                        tokens.listOfUser(connection, user, Page.MAX_LIMIT - 1, before)),
                        paged(
                                "audit_event",
                                AuditView::id,
                                (connection, before) ->
                                        audit.list(connection, eventsOf(user, before), Page.MAX_LIMIT - 1)));
        Multi<Buffer> modules = Multi.createFrom()
                .iterable(owned)
                .onItem()
                .transformToMultiAndConcatenate(
                        data -> data.export(user).map(piece -> line(data.name(), piece.getMap())));
        return Multi.createBy().concatenating().streams(own, modules);
    }

    private static SqlConditions eventsOf(UUID user, @Nullable UUID before) {
        SqlConditions conditions = new SqlConditions();
        String id = conditions.parameter(user);
        conditions.and("(actor_id = " + id + " or subject_id = " + id + ")");
        if (before != null) {
            conditions.and("id < $", before);
        }
        return conditions;
    }

    /** A list from its newest to its oldest element; the next page is read when the client has taken this one. */
    private <T> Multi<Buffer> paged(
            String type, Function<T, UUID> id, BiFunction<SqlConnection, @Nullable UUID, Uni<List<T>>> page) {
        return Multi.createBy()
                .repeating()
                .uni(
                        () -> new AtomicReference<@Nullable UUID>(),
                        last -> database.readSql(connection -> page.apply(connection, last.get()))
                                .invoke(found -> {
                                    if (!found.isEmpty()) {
                                        last.set(id.apply(found.get(found.size() - 1)));
                                    }
                                }))
                .whilst(found -> found.size() == Page.MAX_LIMIT)
                .onItem()
                .transformToMultiAndConcatenate(
                        found -> Multi.createFrom().iterable(found).map(element -> line(type, element)));
    }

    /** Without its end, which the media type brings. */
    private Buffer line(String type, Object data) {
        try {
            String json = mapper.writeValueAsString(data);
            return Buffer.buffer("{\"type\":" + mapper.writeValueAsString(type) + ",\"data\":" + json + "}");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
