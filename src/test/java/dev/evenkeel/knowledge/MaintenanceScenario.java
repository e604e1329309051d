package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;

import dev.evenkeel.testing.Sql;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Collections of documents with a word of their own each. */
abstract class MaintenanceScenario {
    static final Map<String, ?> NO_DRY_RUN = Map.of("dry_run", false);

    @Inject
    Sql sql;

    long corpusOf(UUID collection) {
        return sql.number("select corpus_no from collection where id = $1", collection);
    }

    static UUID filled(int documents) {
        UUID collection = collection();
        for (int i = 0; i < documents; i++) {
            storeAt(collection, "folder/doc" + i + ".md", text(i));
        }
        return collection;
    }

    /** A word of its own for each number: digits would be words by themselves. */
    static String word(int i) {
        StringBuilder word = new StringBuilder("zq");
        String.valueOf(i).chars().forEach(digit -> word.append("bcdfghjklm".charAt(digit - '0')));
        return word.toString();
    }

    static String text(int i) {
        return "# Document " + i + "\n\nThe okapi " + word(i) + " walks.\n\n## Section\n\n"
                + "Words about forests and rivers, leaf after leaf. ".repeat(40 + i) + "\n\n[[doc" + (i + 1) + "]]\n";
    }

    static List<String> kinds(JsonPath report) {
        return report.getList("findings.kind", String.class);
    }

    static List<String> integrity(UUID collection) {
        return kinds(done(collection, "integrity", Map.of()));
    }

    /** Rows of everything that belongs to a collection. */
    List<Long> rows(UUID collection) {
        long corpus = corpusOf(collection);
        return List.of(
                sql.number("select count(*) from document where collection_id = $1", collection),
                sql.number(
                        "select count(*) from document_part p join document d on d.id = p.document_id where d.collection_id = $1",
                        collection),
                sql.number(
                        "select count(*) from chunk c join document d on d.id = c.document_id where d.collection_id = $1",
                        collection),
                sql.number("select count(*) from chunk_vector where corpus_no = $1", corpus),
                sql.number("select count(*) from lexical_tombstone where corpus_no = $1", corpus),
                sql.number(
                        "select coalesce(sum(chunk_count), 0)::bigint from lexical_segment where corpus_no = $1",
                        corpus),
                sql.number("select version from corpus_state where corpus_no = $1", corpus),
                sql.number(
                        "select count(*) from job where collection_id = $1 and kind = 'knowledge.ingest'", collection));
    }
}
