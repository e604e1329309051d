package dev.evenkeel.bench.memory.history;

import static dev.evenkeel.bench.memory.history.Access.ABSENT;
import static dev.evenkeel.bench.memory.history.Access.check;
import static dev.evenkeel.bench.memory.history.Access.delete;
import static dev.evenkeel.bench.memory.history.Access.missing;
import static dev.evenkeel.bench.memory.history.Access.put;
import static dev.evenkeel.bench.memory.history.Access.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

    private final Histories history = new Histories();

    @Test
    void acceptsWhatOneStoreCanAnswer() {
        // Given overlapping puts, a compare-and-set, a refusal, and a write without an answer that was read later
        history.done(0, 10, put("k", "a", null, 1L))
                .done(5, 15, put("k", "b", null, 2L))
                .done(5, 12, read("k", "a", 1))
                .done(20, 30, put("k", "c", 2L, 3L))
                .refused(20, 35, put("k", "d", 2L, null))
                .unknown(40, put("k", "e", null, null))
                .done(50, 60, read("k", "c", 3))
                .done(55, 70, read("k", "e", 4));

        // Then
        assertThat(history.problems()).isEmpty();
    }

    @Test
    void findsALostUpdate() {
        // Given two compare-and-sets from the same version that both succeeded
        history.done(0, 10, put("k", "a", null, 1L))
                .done(20, 30, put("k", "b", 1L, 2L))
                .done(20, 30, put("k", "c", 1L, 3L));

        // Then
        assertThat(history.problems()).anyMatch(problem -> problem.contains("an update is lost"));
    }

    @Test
    void findsTwoWritesOfOneVersion() {
        // Given
        history.done(0, 10, put("k", "a", null, 1L)).done(20, 30, put("k", "b", null, 1L));

        // Then
        assertThat(history.problems()).anyMatch(problem -> problem.startsWith("k: version 1 was given to"));
    }

    @Test
    void findsACompareAndSetThatWentOverAnotherWrite() {
        // Given a write between the version that was expected and the compare-and-set
        history.done(0, 10, put("k", "a", null, 7L))
                .done(20, 30, put("k", "b", null, 5L))
                .done(40, 50, put("k", "c", 7L, 9L));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void findsAStaleRead() {
        // Given a read that began after a write had returned and did not see it
        history.done(0, 10, put("k", "a", null, 1L))
                .done(20, 30, put("k", "b", null, 2L))
                .done(40, 50, read("k", "a", 1));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void findsAnEntryThatWasForgotten() {
        // Given
        history.done(0, 10, put("k", "a", null, 1L)).done(20, 30, missing("k"));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void findsReadsThatGoBack() {
        // Given two reads one after the other while a write is under way, the second older than the first
        history.done(0, 10, put("k", "a", null, 1L))
                .done(20, 90, put("k", "b", null, 2L))
                .done(30, 40, read("k", "b", 2))
                .done(50, 60, read("k", "a", 1));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void findsAReadOfTheFuture() {
        // Given
        history.done(0, 10, read("k", "a", 1)).done(20, 30, put("k", "a", null, 1L));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void findsValuesFromNowhereAndOfRefusedWrites() {
        // Given
        history.done(0, 10, put("k", "a", null, 1L))
                .refused(20, 30, put("k", "b", 7L, null))
                .done(40, 50, read("k", "b", 2))
                .done(40, 50, read("k", "z", 3));

        // Then
        assertThat(history.problems())
                .anyMatch(problem -> problem.endsWith("read b, which no write left"))
                .anyMatch(problem -> problem.endsWith("read z, which no write left"));
    }

    @Test
    void findsAWriteThatTookEffectTwice() {
        // Given a write without an answer that was read as two versions
        history.unknown(0, put("k", "a", null, null))
                .done(20, 30, read("k", "a", 1))
                .done(40, 50, read("k", "a", 2));

        // Then
        assertThat(history.problems()).anyMatch(problem -> problem.contains("took effect twice, as versions 1 and 2"));
    }

    @Test
    void ordersOverlappingWritesByWhatOthersSaw() {
        // Given two writes at the same time, and readers one after the other that saw them in turns
        history.done(0, 100, put("k", "a", null, 1L))
                .done(0, 100, put("k", "b", null, 2L))
                .done(10, 20, read("k", "a", 1))
                .done(30, 40, read("k", "b", 2))
                .done(50, 60, read("k", "a", 1));

        // Then
        assertThat(history.problems()).isNotEmpty();
    }

    @Test
    void findsARefusalWithoutReason() {
        // Given a compare-and-set that was refused although its version was there all the time
        history.done(0, 10, put("k", "a", null, 1L))
                .refused(20, 30, put("k", "b", 1L, null))
                .done(40, 50, put("k", "c", null, 2L));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("refused although");
    }

    @Test
    void findsABatchThatWasReadInPart() {
        // Given a batch under way, of which one read sees the left half and not the right
        history.done(0, 10, put("l", "a", null, 1L), put("r", "a", null, 1L))
                .done(20, 90, put("l", "b", null, 2L), put("r", "b", null, 2L))
                .done(30, 40, read("l", "b", 2), read("r", "a", 1));

        // Then
        assertThat(history.problems())
                .singleElement()
                .asString()
                .contains("(l)")
                .contains("(r)");
    }

    @Test
    void findsABatchWithoutAnswerThatWasKeptInPart() {
        // Given a batch that was never answered, seen on one key, while the other key shows at the end that it is not
        // there
        history.done(0, 10, put("l", "a", null, 1L), put("r", "a", null, 1L))
                .unknown(20, put("l", "b", null, null), put("r", "b", null, null))
                .done(30, 40, read("l", "b", 2))
                .done(50, 60, read("r", "a", 1));

        // Then
        assertThat(history.problems())
                .singleElement()
                .asString()
                .contains("(l)")
                .contains("(r)");
    }

    @Test
    void findsTransactionsInDifferentOrders() {
        // Given two transactions at the same time, each of which overwrote the other on one key
        history.done(0, 50, put("x", "a", null, 1L), put("y", "a", null, 2L))
                .done(0, 50, put("x", "b", null, 3L), put("y", "b", null, 4L))
                .done(60, 70, read("x", "a", 1))
                .done(60, 70, read("y", "b", 4));

        // Then
        assertThat(history.problems())
                .singleElement()
                .asString()
                .contains("(x)")
                .contains("(y)");
    }

    @Test
    void findsAReadThatMixesTwoBatchesAtTheSameTime() {
        // Given two batches at the same time, and a read that saw half of each
        history.done(0, 50, put("x", "a", null, 1L), put("y", "a", null, 2L))
                .done(0, 50, put("x", "b", null, 3L), put("y", "b", null, 4L))
                .done(20, 70, read("x", "a", 1), read("y", "b", 4));

        // Then
        assertThat(history.problems())
                .singleElement()
                .asString()
                .contains("(x)")
                .contains("(y)");
    }

    @Test
    void findsAConditionOnAnotherKeyThatDidNotHold() {
        // Given two transactions that each write what the other one checks (write skew)
        history.done(0, 10, put("x", "a", null, 1L), put("y", "a", null, 1L))
                .done(20, 50, check("x", 1), put("y", "b", null, 2L))
                .done(20, 50, check("y", 1), put("x", "c", null, 2L));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("no order explains");
    }

    @Test
    void searchesTheOrderOfAKeyThatIsDeleted() {
        // Given
        history.done(0, 10, put("d", "a", ABSENT, 1L))
                .done(5, 30, delete("d", null))
                .done(15, 20, read("d", "a", 1))
                .refused(5, 8, put("d", "x", ABSENT, null))
                .done(40, 50, missing("d"))
                .unknown(55, delete("d", null))
                .done(60, 70, put("d", "b", ABSENT, 1L))
                .done(80, 90, missing("d"));

        // Then the last read is explained by the delete without an answer
        assertThat(history.problems()).isEmpty();
    }

    @Test
    void findsADeletedEntryThatCameBack() {
        // Given
        history.done(0, 10, put("d", "a", null, 1L))
                .done(20, 30, delete("d", null))
                .done(40, 50, read("d", "a", 1));

        // Then
        assertThat(history.problems()).singleElement().asString().startsWith("d: no order");
    }

    @Test
    void survivesTheWayThroughAFile(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory) throws Exception {
        // Given
        history.done(0, 10, put("k", "a", null, 1L), check("q", 0)).unknown(20, put("k", "b", 1L, null));
        java.nio.file.Path path = directory.resolve("history.jsonl");

        // When
        try (HistoryFile file = new HistoryFile(path)) {
            history.operations().forEach(file::append);
        }

        // Then
        List<Operation> read = HistoryFile.read(path);
        assertThat(read).isEqualTo(history.operations());
    }
}
