package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.SEARCH;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ranking of documents by links follows the links, and searches can prefer what ranks high. */
@QuarkusTest
class NoteRankingTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    @Inject
    Sql sql;

    private JsonPath ranking(UUID collection) {
        String path = COLLECTIONS + "/" + collection + "/graph/ranking";
        Eventually.holds(SOON, () -> {
            soon();
            JsonPath ranking = ok(get(path));
            assertThat(ranking.getBoolean("current")).isTrue();
            assertThat(ranking.getString("ranked_at")).isNotNull();
        });
        nothingIsRankedByItself(collection);
        return ok(get(path));
    }

    /** No look for changed collections is under way or due soon, nor a ranking that one has found necessary. */
    private void nothingIsRankedByItself(UUID collection) {
        sql.change(
                "update recurring_job set next_run_at = now() + interval '1 hour' where name = 'knowledge-note-ranking'");
        Eventually.holds(
                SOON,
                () -> assertThat(sql.number(
                                "select count(*) from job where kind = 'knowledge.rank-notes' and unique_key = $1"
                                        + " and state in ('queued', 'running')",
                                collection.toString()))
                        .isZero());
    }

    /** The many collections of other tests would come first. */
    @BeforeEach
    void leaveOutOthers() {
        sql.change("update note_graph set ranked_version = version where ranked_version < version");
    }

    /** The next look for changed collections is due now rather than in half a minute. */
    private void soon() {
        sql.change("update recurring_job set next_run_at = now() where name = 'knowledge-note-ranking'");
    }

    @Test
    void followsTheLinks() {
        // Given a star: three documents that link to the centre, one of them twice, and the centre to itself
        UUID collection = collection();
        UUID centre = storeAt(collection, "centre.md", "the middle [[centre]]");
        UUID first = storeAt(collection, "1.md", "[[centre]] [x](centre.md)");
        storeAt(collection, "2.md", "[[centre]]");
        storeAt(collection, "3.md", "[[centre]]");

        // Then (see the test of the algorithm for the numbers)
        JsonPath star = ranking(collection);
        assertThat(star.getList("items")).hasSize(4);
        assertThat(star.getString("items[0].document.document_id")).isEqualTo(centre.toString());
        assertThat(star.getDouble("items[0].score")).isCloseTo(3.55 / 6.55, within(1e-6));
        assertThat(star.getDouble("items[1].score")).isCloseTo(1 / 6.55, within(1e-6));
        assertThat(star.getDouble("items[0].percentile")).isEqualTo(1);
        assertThat(star.getDouble("items[1].percentile")).isEqualTo(0);
        assertThat(star.getInt("items[0].backlinks")).isEqualTo(3);
        assertThat(star.getInt("items[0].links")).isZero();
        assertThat(star.getInt("items[1].links")).isEqualTo(1);

        // When the centre goes
        delete(DOCUMENTS + "/" + centre);
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/graph/ranking")).getBoolean("current"))
                .isFalse();

        // Then nobody stands out
        JsonPath rest = ranking(collection);
        assertThat(rest.getList("items.score", Double.class))
                .hasSize(3)
                .allSatisfy(score -> assertThat(score).isCloseTo(1 / 3.0, within(1e-6)));
        assertThat(rest.getList("items.document.document_id", String.class)).contains(first.toString());

        // And pages of it come without gaps
        JsonPath page = ok(get(COLLECTIONS + "/" + collection + "/graph/ranking?limit=2"));
        JsonPath next = ok(
                get(COLLECTIONS + "/" + collection + "/graph/ranking?limit=2&cursor=" + page.getString("next_cursor")));
        assertThat(page.getList("items")).hasSize(2);
        assertThat(next.getList("items")).hasSize(1);
        assertThat(next.getString("next_cursor")).isNull();
    }

    @Test
    void isDueWhenADocumentOrALinkCameOrWentRatherThanAfterEveryChange() {
        // Given
        UUID collection = collection();
        storeAt(collection, "a.md", "first");
        storeAt(collection, "b.md", "second");
        UUID linking = storeAt(collection, "c.md", "[[a]] one");
        ranking(collection);
        String path = COLLECTIONS + "/" + collection + "/graph/ranking";

        // When a document says the same of others in other words, or gets another title
        ok(put(DOCUMENTS + "/" + linking + "/content", Map.of("content", "two [[c]] [x](a.md) [[a]] [[nowhere]]")));
        ok(patch(DOCUMENTS + "/" + linking, Map.of("title", "another")));

        // Then
        assertThat(ok(get(path)).getBoolean("current")).isTrue();

        // When it links to another document
        ok(put(DOCUMENTS + "/" + linking + "/content", Map.of("content", "three [[b]]")));

        // Then
        assertThat(ok(get(path)).getBoolean("current")).isFalse();
        ranking(collection);

        // When what it looked for comes by a new title, without a link of its own
        ok(put(DOCUMENTS + "/" + linking + "/content", Map.of("content", "four [[b]] [[nowhere]]")));
        assertThat(ok(get(path)).getBoolean("current")).isTrue();
        ok(patch(DOCUMENTS + "/" + documentAt(collection, "a.md"), Map.of("title", "nowhere")));

        // Then
        assertThat(ok(get(path)).getBoolean("current")).isFalse();
    }

    private static String documentAt(UUID collection, String sourcePath) {
        return ok(get(COLLECTIONS + "/" + collection + "/graph/ranking"))
                .getString("items.find { it.document.source_path == '" + sourcePath + "' }.document.document_id");
    }

    @Test
    void writesOnlyWhatChangedByMoreThanAHundredth() {
        // Given a ranking in which one score is a little off, and one far
        UUID collection = collection();
        UUID near = storeAt(collection, "near.md", "one");
        UUID far = storeAt(collection, "far.md", "two");
        ranking(collection);
        sql.change("update note set score = score * 1.005 where document_id = '" + near + "'");
        sql.change("update note set score = score * 1.02 where document_id = '" + far + "'");

        // When it is ranked again
        sql.change("update note_graph set version = version + 1 where collection_id = '" + collection + "'");
        JsonPath ranking = ranking(collection);

        // Then
        assertThat(ranking.getList("items.score", Double.class)).hasSize(2);
        assertThat(ranking.getDouble("items[0].score")).isCloseTo(0.5 * 1.005, within(1e-6));
        assertThat(ranking.getString("items[0].document.document_id")).isEqualTo(near.toString());
        assertThat(ranking.getDouble("items[1].score")).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void aCollectionRestsTenTimesAsLongAsItsRankingTook() {
        // Given a collection whose ranking took an hour, and ended nine hours ago
        UUID collection = collection();
        storeAt(collection, "a.md", "one");
        ranking(collection);
        sql.change(
                "update note_graph set version = version + 1, ranking_ms = 3600000, ranked_at = now() - interval '9 hours'"
                        + " where collection_id = '" + collection + "'");

        // When there is a look for changed collections, which finds another one
        UUID other = collection();
        storeAt(other, "a.md", "one");
        ranking(other);

        // Then the first is left alone until its time has come
        String path = COLLECTIONS + "/" + collection + "/graph/ranking";
        assertThat(ok(get(path)).getBoolean("current")).isFalse();
        sql.change("update note_graph set ranked_at = now() - interval '11 hours' where collection_id = '" + collection
                + "'");
        ranking(collection);
    }

    @Test
    void anEmptyCollectionHasAnEmptyRanking() {
        JsonPath ranking = ok(get(COLLECTIONS + "/" + collection() + "/graph/ranking"));
        assertThat(ranking.getList("items")).isEmpty();
        assertThat(ranking.getBoolean("current")).isTrue();
    }

    @Test
    void searchesPreferWhatOthersLinkToWhenAsked() {
        // Given two documents that answer equally well but for one word, and others that link to the lesser
        UUID collection = collection();
        UUID better = storeAt(collection, "better.md", "okapi okapi lives here in the forest");
        UUID linked = storeAt(collection, "linked.md", "okapi lives here in the dark forest");
        IntStream.range(0, 3).forEach(i -> storeAt(collection, i + ".md", "see " + i + " [[linked]]"));
        ranking(collection);

        // When
        JsonPath plain = search("okapi", collection);
        JsonPath none = search("okapi", Map.of("link_boost", 0), collection);
        JsonPath boosted = search("okapi", Map.of("link_boost", 1), collection);

        // Then
        List<String> ids = List.of(better.toString(), linked.toString());
        assertThat(plain.getList("results.document_id")).isEqualTo(ids);
        assertThat(none.getList("results")).isEqualTo(plain.getList("results"));
        assertThat(boosted.getList("results.document_id")).containsExactly(linked.toString(), better.toString());
        double before = plain.getDouble("results[1].score");
        // And the scale stays: the best linked keeps its score, the others fall behind
        assertThat(boosted.getDouble("results[0].score")).isCloseTo(before, within(1e-3));
        assertThat(boosted.getDouble("results[1].score"))
                .isCloseTo(plain.getDouble("results[0].score") / 2, within(1e-9));
        double half = search("okapi", Map.of("link_boost", 0.5), collection)
                .getDouble("results.find { it.document_id == '" + linked + "' }.score");
        assertThat(half).isCloseTo(before, within(1e-3));
        invalid(post(SEARCH, Map.of("query", "x", "link_boost", 1.1)), "link_boost");
        invalid(post(SEARCH, Map.of("query", "x", "link_boost", -0.1)), "link_boost");
    }

    @Test
    void searchesTellWhatIsAroundTheirResults() {
        UUID collection = collection();
        UUID found = storeAt(collection, "found.md", "the okapi [[a]] [[a#b]] [[found]] [[gone]] #beta #alpha");
        UUID a = storeAt(collection, "a.md", "nothing");
        IntStream.range(0, 12).forEach(i -> storeAt(collection, "n" + i + ".md", "no " + i + " [[found]]"));
        UUID alone = storeAt(collection, "alone.md", "another okapi");

        JsonPath view = search("okapi", Map.of("include_links", true), collection);

        assertThat(view.getList("document_links.document_id"))
                .containsExactlyInAnyOrder(found.toString(), alone.toString());
        String of = "document_links.find { it.document_id == '" + found + "' }";
        assertThat(view.getList(of + ".links.document_id")).containsExactly(a.toString());
        assertThat(view.getList(of + ".tags")).containsExactly("alpha", "beta");
        assertThat(view.getList(of + ".backlinks")).hasSize(10);
        assertThat(view.getString(of + ".backlinks[0].source_path")).isEqualTo("n0.md");
        String ofAlone = "document_links.find { it.document_id == '" + alone + "' }";
        assertThat(view.getList(ofAlone + ".links")).isEmpty();
        assertThat(view.getList(ofAlone + ".tags")).isEmpty();
        assertThat(view.getMap("").containsKey("degraded")).isFalse();
        assertThat(search("okapi", collection).getMap("").containsKey("document_links"))
                .isFalse();

        // And it takes one statement more
        long without = StatementCounter.during(() -> search("okapi", collection));
        long with = StatementCounter.during(() -> search("okapi", Map.of("include_links", true), collection));
        assertThat(with).isEqualTo(without + 1);
    }
}
