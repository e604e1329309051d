package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Links between documents as their tests look at them, and the changes that they follow. */
final class NoteGraphApi {
    private NoteGraphApi() {}

    static JsonPath links(UUID document) {
        return ok(get(DOCUMENTS + "/" + document + "/links?limit=200"));
    }

    static JsonPath backlinks(UUID document) {
        return ok(get(DOCUMENTS + "/" + document + "/backlinks?limit=200"));
    }

    /** Where each link of a document leads, {@code null} where nothing is. */
    static List<String> targets(UUID document) {
        return links(document).getList("items.collect { it.document?.document_id }", String.class);
    }

    static String target(UUID document) {
        List<String> targets = targets(document);
        assertThat(targets).hasSize(1);
        return targets.get(0);
    }

    static List<String> linking(UUID document) {
        return backlinks(document).getList("items.document.document_id", String.class);
    }

    static List<String> broken(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection + "/broken-links?limit=200"))
                .getList("items.collect { it.target + ' ' + it.reason }", String.class);
    }

    static void remove(UUID document) {
        assertThat(delete(DOCUMENTS + "/" + document).statusCode()).isEqualTo(204);
    }

    static void rename(UUID document, String path) {
        ok(patch(DOCUMENTS + "/" + document, Map.of("source_path", path)));
    }

    static void move(UUID document, UUID target) {
        ok(post(DOCUMENTS + "/" + document + "/move", Map.of("collection_id", target)));
    }
}
