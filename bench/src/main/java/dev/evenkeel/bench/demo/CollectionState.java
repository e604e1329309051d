package dev.evenkeel.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import java.io.IOException;

/** What a collection holds now. */
public record CollectionState(long documents, long chunks, boolean busy) {

    /** Reads the counts, and whether any document is still on its way. */
    public static CollectionState read(Evenkeel api, String collectionId) throws IOException {
        JsonNode collection = api.get("/api/v1/collections/" + collectionId).orThrow();
        return new CollectionState(
                collection.path("document_count").asLong(),
                collection.path("chunk_count").asLong(),
                any(api, collectionId, "queued") || any(api, collectionId, "processing"));
    }

    private static boolean any(Evenkeel api, String collectionId, String state) throws IOException {
        return !api.get("/api/v1/documents?collection_id=" + collectionId + "&state=" + state + "&limit=1")
                .orThrow()
                .path("items")
                .isEmpty();
    }

    /** The collection with this name, created when there is none. */
    public static String findOrCreate(Evenkeel api, String name) throws IOException {
        String[] found = {""};
        api.forEach("/api/v1/collections?limit=200", (collection, index) -> {
            if (collection.path("name").asText().equals(name)) {
                found[0] = collection.get("id").asText();
            }
        });
        if (!found[0].isEmpty()) {
            return found[0];
        }
        Answer created =
                api.post("/api/v1/collections", Evenkeel.JSON.createObjectNode().put("name", name));
        return created.orThrow().get("id").asText();
    }
}
