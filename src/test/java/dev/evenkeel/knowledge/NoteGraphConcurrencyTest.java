package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.NoteGraphApi.broken;
import static dev.evenkeel.knowledge.NoteGraphApi.links;
import static dev.evenkeel.knowledge.NoteGraphApi.remove;
import static dev.evenkeel.knowledge.NoteGraphApi.rename;
import static dev.evenkeel.knowledge.NoteGraphApi.targets;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Links stay right and cheap when many documents come and change at the same time. */
@QuarkusTest
class NoteGraphConcurrencyTest {
    @Test
    void anArrivalTakesTheSameStatementsHoweverManyLinkToIt() {
        // Given a collection in which one document waits for the hub, and one in which a thousand do
        UUID few = collection();
        storeAt(few, "n.md", "[[hub]]");
        UUID many = collection();
        Concurrently.all(4, client -> {
            for (int i = client; i < 1_000; i += 4) {
                int number = i;
                Response stored = patiently(
                        () -> send(many, Map.of("source_path", "n" + number + ".md", "content", number + " [[hub]]")));
                assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
            }
            return client;
        });

        // When it comes, is renamed there and back, and goes
        long statementsOfFew = StatementCounter.during(() -> comeAndGo(few));
        long statementsOfMany = StatementCounter.during(() -> comeAndGo(many));

        // Then
        assertThat(statementsOfMany).isEqualTo(statementsOfFew);
        UUID hub = storeAt(many, "hub.md", "here");
        assertThat(pagesOfBacklinks(hub)).hasSize(1_000);
        remove(hub);
        assertThat(ok(get(COLLECTIONS + "/" + many + "/broken-links?limit=200")).getString("next_cursor"))
                .isNotNull();
    }

    private static void comeAndGo(UUID collection) {
        UUID hub = storeAt(collection, "hub.md", "here");
        rename(hub, "other.md");
        rename(hub, "hub.md");
        remove(hub);
    }

    private static Set<String> pagesOfBacklinks(UUID document) {
        Set<String> all = new TreeSet<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(DOCUMENTS + "/" + document + "/backlinks?limit=200" + cursor));
            all.addAll(page.getList("items.document.document_id", String.class));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);
        return all;
    }

    @Test
    void documentsThatComeAtTheSameTimeFindEachOther() {
        // Given documents of which each links to all
        int clients = 8;
        for (int round = 0; round < 6; round++) {
            UUID collection = collection();
            StringBuilder all = new StringBuilder();
            IntStream.range(0, clients).forEach(i -> all.append("[[n").append(i).append("]] "));

            // When they come at once
            List<UUID> ids = Concurrently.all(clients, i -> {
                Response stored = patiently(
                        () -> send(collection, Map.of("source_path", "n" + i + ".md", "content", i + " " + all)));
                assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
                return id(Json.of(stored), "id");
            });

            // Then
            String[] expected = ids.stream().map(UUID::toString).toArray(String[]::new);
            ids.forEach(id -> assertThat(targets(id)).containsExactly(expected));
            assertThat(broken(collection)).isEmpty();
        }
    }

    @Test
    void whateverHappensAtOnceLinksAreRightAfterwards() {
        // Given
        UUID collection = collection();
        UUID other = collection();
        String all = "[[n0]] [[n1]] [[n2]] [[n3]] [[n4]] [[n5]] ";
        List<UUID> ids = IntStream.range(0, 6)
                .mapToObj(i -> storeAt(collection, "n" + i + ".md", i + " " + all))
                .toList();

        // When they are replaced, renamed, moved and deleted by many at once
        List<Integer> statuses = Concurrently.all(12, client -> {
            int worst = 0;
            for (int i = 0; i < 8; i++) {
                worst = Math.max(worst, change(ids.get((client + i) % 6), collection, other, client * 8 + i, all));
            }
            return worst;
        });

        // Then nobody was refused for a deadlock, and every link is what its name says
        assertThat(statuses).allMatch(status -> status < 500);
        for (UUID in : List.of(collection, other)) {
            JsonPath documents = ok(get(DOCUMENTS + "?limit=200&collection_id=" + in));
            Set<String> paths = new TreeSet<>(documents.getList("items.source_path", String.class));
            for (String id : documents.getList("items.id", String.class)) {
                for (Map<String, Object> link : links(UUID.fromString(id)).<Map<String, Object>>getList("items")) {
                    assertThat(link.containsKey("document"))
                            .as(link + " among " + paths)
                            .isEqualTo(paths.contains(link.get("target") + ".md"));
                }
            }
        }
    }

    private static int change(UUID id, UUID collection, UUID other, int number, String all) {
        return patiently(() -> switch (number % 5) {
                    case 0 -> put(DOCUMENTS + "/" + id + "/content", Map.of("content", number + " " + all));
                    case 1 -> patch(DOCUMENTS + "/" + id, Map.of("source_path", "n" + number % 7 + ".md"));
                    case 2 ->
                        post(
                                DOCUMENTS + "/" + id + "/move",
                                Map.of("collection_id", number % 2 == 0 ? other : collection));
                    case 3 -> patch(DOCUMENTS + "/" + id, Map.of("title", "title " + number));
                    default ->
                        number % 35 == 4
                                ? delete(DOCUMENTS + "/" + id)
                                : put(DOCUMENTS + "/" + id + "/content", Map.of("content", number + " less [[n1]]"));
                })
                .statusCode();
    }
}
