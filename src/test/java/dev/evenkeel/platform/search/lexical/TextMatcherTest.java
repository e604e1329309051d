package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class TextMatcherTest {
    @Inject
    Database database;

    @Inject
    TextMatcher matcher;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "english | running the library    | He [runs] in [Libraries]; [libraries] [run]. | He runs in Libraries; libraries run.",
                "english | http                   | parse[Http]Header and [HTTP]/2            | parseHttpHeader and HTTP/2",
                "english | parseHttpHeader        | [parseHttpHeader] is new                  | parseHttpHeader is new",
                "simple  | resume                 | my [Résumé], resumes                      | my Résumé, resumes",
                "simple  | 検索                    | 全文[検索]の仕組み                           | 全文検索の仕組み",
                "german  | Haus                   | die [Häuser]                              | die Häuser",
                "english | the of                 | the state of it                           | the state of it",
            })
    void marksWordsInAnyForm(String language, String query, String marked, String text) {
        // Given a text; when a query asks for other forms of its words; then their places are marked
        TextMatch match = match(language, query, text);

        assertThat(mark(text, match.highlights())).isEqualTo(marked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"state of the art\"     | a State of the Art method   | true",
                "\"state of the art\"     | state the art of            | false",
                "\"state machine\"        | finite state machines       | true",
                "\"state machine\"        | state of a machine          | false",
                "\"boundary layer\" flow  | boundary-layer theory       | true",
                "\"a b\" \"c d\"          | a b x c d                   | true",
                "\"a b\" \"c d\"          | a b x d c                   | false",
                "\"http header\"          | parseHttpHeader             | true",
                "\"全文検索\"               | 高速な全文検索です              | true",
                "\"検索全文\"               | 高速な全文検索です              | false",
                "no phrase                | anything                    | true",
                "\"unclosed phrase        | anything                    | true",
            })
    void phrasesStandWordByWord(String query, String text, boolean expected) {
        // Given a text; when a query has phrases; then the text has them only with their words in a row
        assertThat(match("english", query, text).hasPhrases()).isEqualTo(expected);
    }

    @Test
    void marksLieInTheTextAndDoNotTouch() {
        // Given random texts, each asked for words of itself
        Random random = new Random(3);
        List<TextMatcher.Text> texts = random.ints(50)
                .mapToObj(ignored -> new TextMatcher.Text("english", AnalyzerTest.randomText(random)))
                .toList();
        for (TextMatcher.Text text : texts) {
            // When
            List<TextRange> ranges =
                    match("english", text.content(), text.content()).highlights();
            // Then
            int end = -1;
            for (TextRange range : ranges) {
                assertThat(range.start()).isGreaterThan(end).isLessThan(range.end());
                end = range.end();
            }
            assertThat(end).isLessThanOrEqualTo(text.content().length());
        }
    }

    private TextMatch match(String language, String query, String text) {
        return database.readSql(connection -> matcher.match(
                        connection, LexicalQuery.parse(query), List.of(new TextMatcher.Text(language, text))))
                .await()
                .atMost(Duration.ofSeconds(10))
                .get(0);
    }

    private static String mark(String text, List<TextRange> ranges) {
        StringBuilder marked = new StringBuilder();
        int at = 0;
        for (TextRange range : ranges) {
            marked.append(text, at, range.start());
            marked.append('[').append(text, range.start(), range.end()).append(']');
            at = range.end();
        }
        return marked.append(text.substring(at)).toString();
    }
}
