package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.NewCollection;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The collection that is the knowledge base of rag-kb's clients. */
@ApplicationScoped
public class RagKbCollection {
    private static final String DESCRIPTION = "What clients of rag-kb see.";

    private final Database database;
    private final CollectionService collections;
    private final RagKbConfig config;

    RagKbCollection(Database database, CollectionService collections, RagKbConfig config) {
        this.database = database;
        this.collections = collections;
        this.config = config;
    }

    /**
     * The collection, for a caller with this reach. It is the installation's: administrators reach it, and whoever has a token of it.
     *
     * @throws ProblemException (as failure) 404 for everybody else
     */
    Uni<UUID> within(Reach reach) {
        return find(reach).chain(found -> {
            if (found.isPresent()) {
                return Uni.createFrom().item(found.get());
            }
            return reach.equals(Reach.EVERYTHING) ? create() : Uni.createFrom().failure(notThere());
        });
    }

    private Uni<Optional<UUID>> find(Reach reach) {
        SqlConditions conditions = reach.restrict(
                new SqlConditions()
                        .and("c.owner_id is null")
                        .and("c.deleted_at is null")
                        .and("lower(c.name) = $", config.collection().toLowerCase(Locale.ROOT)),
                "c.owner_id",
                "c.id");
        return database.readSql(connection -> connection
                .preparedQuery("select c.id from collection c" + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> {
                    for (Row row : rows) {
                        return Optional.of(row.getUUID("id"));
                    }
                    return Optional.empty();
                }));
    }

    /** Several may be the first; then one makes it and the others find it. */
    private Uni<UUID> create() {
        NewCollection wanted = NewCollection.named(config.collection(), DESCRIPTION);
        return collections
                .create(Caller.installation("rag-kb"), wanted, null)
                .onFailure(ProblemException.class)
                .recoverWithNull()
                .chain(() -> find(Reach.EVERYTHING))
                .map(found -> found.orElseThrow(RagKbCollection::notThere));
    }

    private static ProblemException notThere() {
        return ProblemException.notFound("knowledge base");
    }
}
