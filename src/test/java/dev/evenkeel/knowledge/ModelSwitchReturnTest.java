package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ModelWorkshop;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A collection that is called back on the way to another embedding model is as it was. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class ModelSwitchReturnTest extends ModelSwitchScenario {
    @Test
    void aCancelledWayLeavesTheCollectionAsItWas() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 100);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When
        ok(post("/api/v1/jobs/" + jobId(collection) + "/cancel", Map.of()));

        // Then
        arrived(collection, local);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getString("items[0].state")).isEqualTo("cancelled"));
        found(collection, "okapi7", documents.get(7));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero());
        assertThat(vectors(collection, ModelWorkshop.STATIC_DIMENSION)).isEqualTo(100);
        found(collection, "okapi9", documents.get(9));
    }

    @Test
    void nobodyTakesUpAWayThatIsBeingCancelled() {
        // Given a run that waits some seconds for the model
        UUID collection = collectionWith(local);
        texts(collection, 3 * ModelWorkshop.BATCH);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);
        endpointIs("stuck");

        // When
        ok(post("/api/v1/jobs/" + jobId(collection) + "/cancel", Map.of()));

        // Then
        arrived(collection, local);
        assertThat(job(collection).getList("items.id")).hasSize(1);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero());
    }

    @Test
    void vectorsOfAWayThatNobodyIsOnAnyMoreGo() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When whoever sent it back has noted that and nothing else
        sql.rows("update collection set next_embedding_model_id = null where id = $1 returning id", collection);

        // Then
        Eventually.holds(PATIENTLY, () -> {
            assertThat(job(collection).getString("items[0].state")).isEqualTo("succeeded");
            assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero();
        });
        found(collection, "okapi7", documents.get(7));
    }

    @Test
    void oneTurnsBackOnTheWayAndSetsOutAgain() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When
        go(collection, local);

        // Then
        assertThat(view(collection).getString("next_embedding_model")).isNull();
        found(collection, "okapi1", documents.get(1));

        // When
        endpointIs("normal");
        go(collection, remote);

        // Then
        arrived(collection, remote);
        found(collection, "okapi59", documents.get(59));
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(60);
    }
}
