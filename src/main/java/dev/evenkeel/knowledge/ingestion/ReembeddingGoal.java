package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/** What a job of re-embedding is for: a way of a collection to a model. */
record ReembeddingGoal(UUID collectionId, UUID modelId) {
    static ReembeddingGoal of(JsonObject json) {
        return new ReembeddingGoal(
                UUID.fromString(json.getString("collection_id")), UUID.fromString(json.getString("model_id")));
    }

    JsonObject json() {
        return new JsonObject().put("collection_id", collectionId.toString()).put("model_id", modelId.toString());
    }

    String uniqueKey() {
        return collectionId + ":" + modelId;
    }

    /** Whether the collection is still on the way that the job is for. */
    boolean isWayOf(CollectionRef collection) {
        return modelId.equals(collection.nextEmbeddingModelId());
    }

    /** Whether the collection has got to the end of the way that the job is for. */
    boolean hasArrived(CollectionRef collection) {
        return collection.nextEmbeddingModelId() == null && modelId.equals(collection.embeddingModelId());
    }
}
