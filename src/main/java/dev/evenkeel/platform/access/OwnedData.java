package dev.evenkeel.platform.access;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.UUID;

/** What a module holds of its users; every CDI bean of this type takes part in the export and deletion of an account. */
public interface OwnedData {
    /** What it is, as the export names it: a plural noun, for example {@code documents}. */
    String name();

    /** Everything of the user, piece by piece, none larger than a few megabytes; opens lanes by itself. */
    Multi<JsonObject> export(UUID userId);

    /** Removes, or marks for removal by a job, everything of the user in the transaction that deletes the account. */
    Uni<Void> delete(SqlConnection tx, UUID userId);
}
