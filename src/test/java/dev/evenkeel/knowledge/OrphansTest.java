package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What belongs to nothing any more is counted, and removed when that is meant. */
@QuarkusTest
class OrphansTest extends MaintenanceScenario {
    @Test
    void orphansAreCountedByADryRunAndRemovedByAnother() {
        // Given postings of a chunk whose row is gone, an original of a revision of long ago, a mark and a vector of
        // nothing
        UUID collection = filled(5);
        long corpus = corpusOf(collection);
        UUID cut = foundDocuments(word(3), collection).get(0);
        UUID old = foundDocuments(word(2), collection).get(0);
        sql.change("delete from chunk where document_id = $1 and ordinal = 0", cut);
        sql.change("insert into document_part (document_id, revision, part_no, content) values ($1, 77, 0, 'x')", old);
        sql.change("insert into lexical_tombstone (corpus_no, chunk_no) values ($1, 3)", corpus);
        sql.change(
                "insert into embedding_model (name, dimension) values ('maintenance test', 2) on conflict do nothing");
        sql.change(
                "insert into chunk_vector (chunk_no, corpus_no, model_no, text_hash, vector, bits)"
                        + " select nextval('chunk_no_seq'), $1, model_no, 'x', '\\x0000000000000000', '\\x0000000000000000'"
                        + " from embedding_model where name = 'maintenance test'",
                corpus);
        sql.change(
                "insert into corpus_delta (corpus_no, version, part) values ((select max(corpus_no) from collection) + 1000000, 1, 1)");
        // Then integrity names what is wrong with the collection
        assertThat(integrity(collection)).contains("chunk_missing", "posting_without_chunk", "vector_without_chunk");
        // When a dry run looks
        List<Long> before = rows(collection);
        JsonPath dry = done(collection, "orphans", Map.of("dry_run", true));
        // Then it counts and changes nothing
        assertThat(rows(collection)).isEqualTo(before);
        assertThat(dry.getInt("counts.original_parts")).isEqualTo(1);
        assertThat(dry.getInt("counts.postings")).isEqualTo(1);
        assertThat(dry.getInt("counts.marks")).isEqualTo(1);
        assertThat(dry.getInt("counts.vectors")).isEqualTo(1);
        assertThat(dry.getInt("counts.corpora")).isPositive();
        // When it is real
        done(collection, "orphans", NO_DRY_RUN);
        // Then a second one has nothing to do
        JsonPath again = done(collection, "orphans", NO_DRY_RUN);
        assertThat(again.getInt("findings_total")).as(again.prettify()).isZero();
        // When the document is indexed again and the counts are made anew
        done(collection, "re-chunk", Map.of("dry_run", false, "document_ids", List.of(cut)));
        done(collection, "rebuild-postings", NO_DRY_RUN);
        // Then all is well
        assertThat(integrity(collection)).isEmpty();
        assertThat(foundDocuments(word(3), collection)).containsExactly(cut);
    }

    @Test
    void aDeletedCollectionThatNoJobRemovesIsRemoved() {
        // Given
        UUID lost = filled(2);
        sql.change("update collection set deleted_at = now() - interval '2 days' where id = $1", lost);
        UUID collection = collection();
        // When
        assertThat(done(collection, "orphans", Map.of("dry_run", true)).getInt("counts.collections"))
                .isPositive();
        assertThat(sql.number("select count(*) from collection where id = $1", lost))
                .isEqualTo(1);
        done(collection, "orphans", NO_DRY_RUN);
        // Then
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(sql.number("select count(*) from collection where id = $1", lost))
                        .isZero());
    }
}
