package dev.evenkeel.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestCollectionTest {

    @Test
    void readsDocumentsAndTopicsInEitherStyle() {
        // Given
        String documents = "<doc>\n<docno>1</docno>\n<title>a wing\nin air .</title><text>lift &amp; drag</text></doc>"
                + "<DOC><DOCNO> FT-2 </DOCNO><TEXT>heat < flow</TEXT></DOC>";
        String topics = "<xml><top><num> 1</num><title>\nwhat is lift\n</title></top></xml>"
                + "<top>\n<num> Number: 302\n<title> heat flow\n\n<desc> Description:\nmore\n</top>";

        // When
        List<TrecDocument> read = TrecMarkup.documents(documents);
        List<TrecQuery> queries = TrecMarkup.queries(topics);

        // Then
        assertThat(read)
                .containsExactly(
                        new TrecDocument("1", "a wing in air .", "lift & drag"),
                        new TrecDocument("FT-2", "", "heat < flow"));
        assertThat(queries)
                .containsExactly(new TrecQuery("1", 1, "what is lift"), new TrecQuery("302", 2, "heat flow"));
    }

    @Test
    void mapsByPositionWhenTheJudgementsDoNotUseTheNumbers() {
        // Given queries numbered 1, 2, 4 and judgements for 1, 2, 3
        List<TrecQuery> queries =
                List.of(new TrecQuery("1", 1, "a"), new TrecQuery("2", 2, "b"), new TrecQuery("4", 3, "c"));
        var byPosition = TestCollection.judgements(List.of("1 0 184 1\r", "2 0 12 2", "3 0 7 1"));
        var byNumber = TestCollection.judgements(List.of("1 0 184 1", "4 0 7 1"));

        // When
        Map<String, Integer> third = new TestCollection(List.of(), queries, byPosition).judgementsOf(queries.get(2));
        Map<String, Integer> fourth = new TestCollection(List.of(), queries, byNumber).judgementsOf(queries.get(2));

        // Then
        assertThat(third).containsExactly(Map.entry("7", 1));
        assertThat(fourth).containsExactly(Map.entry("7", 1));
    }
}
