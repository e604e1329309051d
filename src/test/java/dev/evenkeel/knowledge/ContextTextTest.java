package dev.evenkeel.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.SearchResults.Piece;
import dev.evenkeel.knowledge.ingestion.chunk.TokenCounter;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import dev.evenkeel.knowledge.notes.NoteRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContextTextTest {
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final TokenCounter COUNTER = new TokenCounter();

    private static Passage passage(UUID document, int ordinal, String content) {
        return passage(document, ordinal, ordinal * 1_000, content);
    }

    private static Passage passage(UUID document, int ordinal, int start, String content) {
        long no = document.getLeastSignificantBits() * 1_000 + ordinal;
        return new Passage(
                no,
                new UUID(1, no),
                document,
                ordinal,
                start,
                start + content.length(),
                null,
                null,
                ordinal * 10 + 1,
                ordinal * 10 + 9,
                COUNTER.count(content),
                content);
    }

    private static Piece piece(Passage hit, Passage... around) {
        UUID document = hit.documentId();
        String name = document.equals(A) ? "Knots" : "Ships";
        return new Piece(
                new SearchView.Result(
                        hit.chunkId(),
                        document,
                        new UUID(9, 9),
                        "shelf",
                        name,
                        name.toLowerCase(java.util.Locale.ROOT) + ".md",
                        "markdown",
                        hit.ordinal(),
                        List.of(),
                        null,
                        null,
                        hit.lineFrom(),
                        hit.lineTo(),
                        hit.tokens(),
                        1,
                        1.0,
                        1,
                        null,
                        null,
                        hit.content(),
                        List.of(),
                        null,
                        null),
                hit,
                List.of(around));
    }

    @Test
    void sourcesAreNumberedAndTheirPassagesInReadingOrder() {
        // Given a better hit further down than another one of its document, and one of another document between
        Piece first = piece(passage(A, 5, "five"), passage(A, 4, "four"), passage(A, 6, "six"));
        Piece second = piece(passage(B, 0, "ship"));
        Piece third = piece(passage(A, 1, "one"));

        // When
        SearchView.Context context = new ContextText(1_000, List.of()).write(List.of(first, second, third));

        // Then
        assertThat(context.text()).isEqualTo("""
                [1] Knots (knots.md)

                one
                […]
                four
                five
                six

                [2] Ships (ships.md)

                ship
                """);
        assertThat(context.tokens()).isEqualTo(COUNTER.count(context.text()));
        assertThat(context.sources()).extracting(SearchView.Source::number).containsExactly(1, 2);
        assertThat(context.sources().get(0).chunkIds())
                .containsExactly(
                        passage(A, 1, "").chunkId(),
                        passage(A, 4, "").chunkId(),
                        passage(A, 5, "").chunkId(),
                        passage(A, 6, "").chunkId());
        assertThat(context.sources().get(0).lineFrom()).isEqualTo(11);
        assertThat(context.sources().get(0).lineTo()).isEqualTo(69);
        assertThat(context.sources().get(1).documentId()).isEqualTo(B);
        assertThat(context.sources()).noneMatch(SearchView.Source::truncated);
    }

    @Test
    void whatOverlapsIsSaidOnce() {
        Piece piece = piece(passage(A, 0, 0, "alpha beta gamma"), passage(A, 1, 11, "gamma delta"));

        assertThat(new ContextText(1_000, List.of()).write(List.of(piece)).text())
                .endsWith("alpha beta gamma\n delta\n")
                .containsOnlyOnce("gamma");
    }

    @Test
    void linksAndTagsAreToldBeforeTheText() {
        NoteRef other = new NoteRef(B, "Ships", null, "markdown");
        List<LinkedDocuments> around = List.of(new LinkedDocuments(
                A, List.of(other, other, other, other, other, other), List.of(other), List.of("rope", "sea")));

        assertThat(new ContextText(1_000, around)
                        .write(List.of(piece(passage(A, 0, "text"))))
                        .text())
                .isEqualTo("""
                [1] Knots (knots.md)
                Tags: rope, sea
                Links to: Ships, Ships, Ships, Ships, Ships and more
                Linked from: Ships

                text
                """);
    }

    @Test
    void theBudgetIsNeverExceededAndUsedAsFarAsWholePassagesGo() {
        // Given pieces of any text, code, lines and scripts, some of which touch and overlap
        Random random = new Random(42);
        for (int round = 0; round < 60; round++) {
            List<Piece> pieces = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                UUID document = random.nextBoolean() ? A : B;
                int ordinal = random.nextInt(6) * 3 + 1;
                if (pieces.stream()
                        .noneMatch(piece -> piece.passage().documentId().equals(document)
                                && piece.passage().ordinal() == ordinal)) {
                    pieces.add(piece(
                            passage(document, ordinal, ordinal * 40, text(random)),
                            passage(document, ordinal - 1, ordinal * 40 - 30, text(random)),
                            passage(document, ordinal + 1, ordinal * 40 + 30, text(random))));
                }
            }
            for (int budget : new int[] {1, 5, 20, 60, 150, 400, 5_000}) {
                // When
                SearchView.Context context = new ContextText(budget, List.of()).write(pieces);

                // Then
                int tokens = COUNTER.count(context.text());
                assertThat(tokens).isEqualTo(context.tokens()).isLessThanOrEqualTo(budget);
                List<UUID> chunks = context.sources().stream()
                        .flatMap(source -> source.chunkIds().stream())
                        .toList();
                assertThat(chunks).doesNotHaveDuplicates();
                if (budget == 5_000) {
                    assertThat(chunks).hasSize(3 * pieces.size());
                }
            }
        }
    }

    private static String text(Random random) {
        String[] words = {
            "okapi ", "don't ", "\n\n", "    return x;\n", "東京", "🦊 ", "3.14159", " <= ", "\t", "été ", "…"
        };
        StringBuilder text = new StringBuilder("w");
        for (int i = 0; i < 1 + random.nextInt(60); i++) {
            text.append(words[random.nextInt(words.length)]);
        }
        return text.append('.').toString();
    }

    @Test
    void aPassageThatDoesNotFitAloneIsCutAtAWord() {
        // Given
        Piece large = piece(passage(A, 0, "word ".repeat(500)));

        // When
        SearchView.Context context = new ContextText(50, List.of()).write(List.of(large));

        // Then
        assertThat(context.tokens()).isBetween(40, 50);
        assertThat(context.text()).contains("word word").endsWith("word […]\n");
        assertThat(context.sources()).hasSize(1).allMatch(SearchView.Source::truncated);

        // And where not even a word fits, there is nothing
        SearchView.Context nothing = new ContextText(3, List.of()).write(List.of(large));
        assertThat(nothing.text()).isEmpty();
        assertThat(nothing.tokens()).isZero();
        assertThat(nothing.sources()).isEmpty();
    }

    @Test
    void aSmallerResultIsTakenWhereALargerOneDoesNotFit() {
        Piece large = piece(passage(A, 0, "word ".repeat(500)));
        Piece small = piece(passage(B, 0, "ship"));

        SearchView.Context context = new ContextText(60, List.of()).write(List.of(large, small));

        assertThat(context.text()).isEqualTo("[1] Ships (ships.md)\n\nship\n");
    }

    @Test
    void withoutResultsItIsEmpty() {
        assertThat(new ContextText(60, List.of()).write(List.of()).text()).isEmpty();
    }
}
