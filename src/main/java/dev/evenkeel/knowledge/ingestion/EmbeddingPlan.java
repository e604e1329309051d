package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.jobs.JobRun;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

@ApplicationScoped
public class EmbeddingPlan {
    static final String STAGE = "embed";

    public boolean wanted() {
        return false;
    }

    public String modelName() {
        return "none";
    }

    Uni<Void> embed(JobRun run, UUID documentId, int revision, CollectionRef collection) {
        return Uni.createFrom().voidItem();
    }

    Uni<Void> complete(SqlConnection tx, UUID documentId, int revision) {
        return Uni.createFrom().voidItem();
    }
}
