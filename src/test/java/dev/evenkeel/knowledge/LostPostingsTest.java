package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Postings that are lost are named, and made anew from the chunks. */
@QuarkusTest
class LostPostingsTest extends MaintenanceScenario {
    @Test
    void lostPostingsAreNamedAndMadeAnewWhileSearchGoesOn() {
        // Given three ways to lose postings
        UUID segmentGone = filled(6);
        sql.change("delete from lexical_segment where corpus_no = $1", corpusOf(segmentGone));
        UUID buried = filled(6);
        UUID victim = foundDocuments(word(2), buried).get(0);
        sql.change(
                "insert into lexical_tombstone (corpus_no, chunk_no) select $1, no from chunk where document_id = $2",
                corpusOf(buried),
                victim);
        assertThat(foundDocuments(word(2), segmentGone)).isEmpty();
        // Then integrity names them
        JsonPath first = done(segmentGone, "integrity", Map.of());
        assertThat(kinds(first)).hasSize(6).containsOnly("posting_missing");
        JsonPath second = done(buried, "integrity", Map.of());
        assertThat(kinds(second)).containsExactly("posting_missing");
        assertThat(second.getString("findings[0].document_id")).isEqualTo(victim.toString());
        assertThat(second.getString("findings[0].repair")).isEqualTo("rebuild-postings");
        // When the index is made anew
        JsonPath rebuilt = done(segmentGone, "rebuild-postings", NO_DRY_RUN);
        done(buried, "rebuild-postings", NO_DRY_RUN);
        // Then everything is found again and nothing is left over
        assertThat(rebuilt.getLong("counts.indexed_chunks"))
                .isEqualTo(sql.number(
                        "select count(*) from chunk c join document d on d.id = c.document_id where d.collection_id = $1",
                        segmentGone));
        for (UUID collection : List.of(segmentGone, buried)) {
            IntStream.range(0, 6)
                    .forEach(
                            i -> assertThat(foundDocuments(word(i), collection)).hasSize(1));
            assertThat(integrity(collection)).isEmpty();
        }
        assertThat(done(buried, "orphans", Map.of("dry_run", true)).getInt("counts.corpora"))
                .isZero();
    }

    @Test
    void aRebuiltIndexAnswersAsTheOldOneDid() {
        // Given
        UUID collection = filled(25);
        List<String> queries =
                List.of("okapi", word(7) + " walks", "forests rivers", "\"leaf after leaf\"", "Document 3", "section");
        List<List<Map<String, Object>>> before =
                queries.stream().map(query -> hits(query, collection)).toList();
        // When
        done(collection, "rebuild-postings", NO_DRY_RUN);
        // Then
        assertThat(queries.stream().map(query -> hits(query, collection)).toList())
                .isEqualTo(before);
        assertThat(before.get(0)).isNotEmpty();
    }

    private static List<Map<String, Object>> hits(String query, UUID collection) {
        return search(query, Map.of("limit", 50), collection).getList("results");
    }
}
