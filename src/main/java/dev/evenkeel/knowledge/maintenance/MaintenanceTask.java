package dev.evenkeel.knowledge.maintenance;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;

/** Does one kind of maintenance. Every CDI bean of this type is found by its operation. */
interface MaintenanceTask {
    MaintenanceOperation operation();

    /** Its stages in order; a run that is repeated begins where it was. */
    List<String> stages();

    /** Does the work through {@link MaintenanceRun}, a batch at a time; does not finish the job. */
    Uni<Void> run(MaintenanceRun run);

    /** Takes back what a run leaves that is given up, in the transaction that ends it. */
    default Uni<Void> abandoned(SqlConnection tx, JsonObject place) {
        return Uni.createFrom().voidItem();
    }
}
