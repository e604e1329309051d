package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The number of statements of a list does not depend on its length. */
@QuarkusTest
class KnowledgeStatementsTest {
    private static long statements(String path, int items) {
        assertThat(ok(get(path)).getList("items")).hasSize(items);
        return StatementCounter.during(() -> ok(get(path)));
    }

    @Test
    void aListTakesOneStatementWhateverItsLength() {
        // Given documents and collections
        UUID collection = collection();
        UUID large = storeText(collection, SampleFiles.largeText(60_000, "marker"));
        IntStream.range(0, 40).forEach(i -> storeText(collection, "document " + i));
        IntStream.range(0, 40).forEach(i -> collection());
        String documents = DOCUMENTS + "?collection_id=" + collection + "&limit=";

        // Then
        assertThat(statements(documents + 1, 1)).isEqualTo(1);
        assertThat(statements(documents + 40, 40)).isEqualTo(1);
        assertThat(statements(COLLECTIONS + "?limit=1", 1)).isEqualTo(1);
        assertThat(statements(COLLECTIONS + "?limit=40", 40)).isEqualTo(1);
        long chunksOfOne = statements(DOCUMENTS + "/" + large + "/chunks?limit=1", 1);
        assertThat(statements(DOCUMENTS + "/" + large + "/chunks?limit=30", 30)).isEqualTo(chunksOfOne);
    }

    @Test
    void aSearchTakesTheSameStatementsWhateverItFinds() {
        // Given
        UUID collection = collection();
        IntStream.range(0, 40).forEach(i -> storeText(collection, "okapi and document " + i));
        search("okapi", collection);

        // When
        long one = StatementCounter.during(() -> search("okapi", Map.of("limit", 1), collection));
        long many = StatementCounter.during(() -> search("okapi", Map.of("limit", 40), collection));

        // Then
        assertThat(many).isEqualTo(one);
    }
}
