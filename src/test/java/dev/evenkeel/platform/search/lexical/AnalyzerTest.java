package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyzerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The boundary-layer flow.       | the boundary layer flow",
                "parseHttpHeader                | parse http header +parsehttpheader",
                "HTTPServer                     | http server +httpserver",
                "max_retry_count = 3            | max retry count +max_retry_count 3",
                "os.path.join(a)                | os path join +os.path.join a",
                "__init__                       | init +__init__",
                "utf8                           | utf 8 +utf8",
                "v1.2.3                         | v 1 2 3 +v1.2.3",
                "3.14 and 1.2.3                 | 3.14 and 1.2.3",
                "user's C++ or C# or F#!        | user s c++ or c# or f#",
                "end.                           | end",
                "Ünïcode ＦＵＬＬ ﬁne              | ünïcode full fine",
                "a1b2c3d4e5f6                   | a1b2c3d4e5f6",
                "😀 --- \"\" ';                 | ",
                "____                           | ",
            })
    void words(String text, String expected) {
        // Given a text; when it is cut into words; then identifiers give their parts and, marked +, themselves
        String words = String.join(
                " ",
                Analyzer.tokens(text).stream()
                        .map(token -> (token.overlap() ? "+" : "") + token.text())
                        .toList());
        assertThat(words).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void scriptsWithoutSpacesGivePairs() {
        // Given Chinese and Japanese in one text
        String text = "全文検索 テスト 猫";
        // When indexed
        List<String> indexed = texts(Analyzer.tokens(text));
        // Then each pair is a word and each ideograph an overlap; a lone character stands for itself
        assertThat(indexed).containsExactlyInAnyOrder("全文", "文検", "検索", "全", "文", "検", "索", "テス", "スト", "猫");
        // When asked for, then pairs alone are asked for, because single characters are too common
        assertThat(texts(Analyzer.queryTokens(text))).containsExactly("全文", "文検", "検索", "テス", "スト", "猫");
    }

    @Test
    void positionsCountWordsAndOverlapsShareTheirFirstPart() {
        // Given
        List<Token> tokens = Analyzer.tokens("call getUserName now");
        // Then
        assertThat(tokens)
                .containsExactly(
                        new Token("call", 0, 4, 0, false),
                        new Token("get", 5, 8, 1, false),
                        new Token("user", 8, 12, 2, false),
                        new Token("name", 12, 16, 3, false),
                        new Token("getusername", 5, 16, 1, true),
                        new Token("now", 17, 20, 4, false));
    }

    @Test
    void longWordsAreCutTheSameWayInTextAndQuery() {
        // Given a word longer than any term, ending in a surrogate pair at the cut
        String word = "x".repeat(Analyzer.MAX_TOKEN_LENGTH - 1) + "𝒳𝒳𝒳".repeat(30);
        // When
        String indexed = Analyzer.tokens(word).get(0).text();
        // Then
        assertThat(indexed.length()).isLessThanOrEqualTo(Analyzer.MAX_TOKEN_LENGTH);
        assertThat(Analyzer.queryTokens(word).get(0).text()).isEqualTo(indexed);
    }

    @Test
    void anyTextGivesWordsInsideItsBounds() {
        // Given random text of every kind of character, unpaired surrogates included
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            String text = randomText(random);
            // When
            List<Token> tokens = Analyzer.tokens(text);
            // Then every word lies in the text, positions never fall by more than a compound, none is empty or too long
            int position = 0;
            for (Token token : tokens) {
                assertThat(token.start()).isNotNegative().isLessThan(token.end());
                assertThat(token.end()).isLessThanOrEqualTo(text.length());
                assertThat(token.text()).isNotEmpty().hasSizeLessThanOrEqualTo(Analyzer.MAX_TOKEN_LENGTH);
                assertThat(token.text()).doesNotContain("\0");
                if (!token.overlap()) {
                    assertThat(token.position()).isGreaterThanOrEqualTo(position);
                    position = token.position();
                }
            }
            // And upper case and lower case give the same words when nothing but case differs
            String ascii = text.replaceAll("[^a-z ]", "");
            assertThat(texts(Analyzer.tokens(ascii.toUpperCase(java.util.Locale.ROOT))))
                    .isEqualTo(texts(Analyzer.tokens(ascii)));
        }
    }

    static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x10000));
                case 1 -> text.appendCodePoint(random.nextInt(0x110000));
                case 2 -> text.append("_.-'\"\\%; \0\n".charAt(random.nextInt(11)));
                case 3 -> text.append((char) ('0' + random.nextInt(10)));
                case 4 -> text.append((char) ('A' + random.nextInt(26)));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }

    private static List<String> texts(List<Token> tokens) {
        return tokens.stream().map(Token::text).toList();
    }
}
