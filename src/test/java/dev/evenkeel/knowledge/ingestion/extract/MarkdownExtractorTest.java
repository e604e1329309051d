package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkdownExtractorTest {

    private final DocumentExtractor extractor = new DocumentExtractor();

    @Test
    void theTextIsTheSourceAndBlocksSayWhatStandsWhere() {
        // Given
        String source = """
                ---
                title: The Book
                tags: [a, b]
                authors:
                  - Ann
                  - Bob
                ---
                # First *chapter*

                A paragraph
                of two lines that is long enough not to be joined with what follows after it.

                ## Section `one`

                - an item
                - another item

                ```Java
                int x = 1;

                # no heading
                ```

                | a | b |
                |---|---|
                | 1 | 2 |

                Second
                ======

                    indented code

                [ref]: https://example.org
                """;
        // When
        ExtractedText extracted = extract(source);
        // Then
        assertThat(extracted.text()).isEqualTo(source);
        assertThat(extracted.method()).isEqualTo("markdown");
        assertThat(extracted.title()).contains("The Book");
        assertThat(extracted.metadata())
                .containsEntry(
                        "front_matter",
                        Map.of("title", "The Book", "tags", "[a, b]", "authors", List.of("Ann", "Bob")));
        assertThat(extracted.blocks())
                .extracting(Block::kind)
                .containsExactly(
                        BlockKind.FRONT_MATTER,
                        BlockKind.HEADING,
                        BlockKind.PARAGRAPH,
                        BlockKind.HEADING,
                        BlockKind.LIST,
                        BlockKind.CODE,
                        BlockKind.TABLE,
                        BlockKind.HEADING,
                        BlockKind.CODE,
                        BlockKind.PARAGRAPH);
        assertThat(content(extracted, 1)).isEqualTo("# First *chapter*");
        assertThat(content(extracted, 4)).isEqualTo("- an item\n- another item");
        assertThat(content(extracted, 5)).isEqualTo("```Java\nint x = 1;\n\n# no heading\n```");
        assertThat(extracted.blocks().get(5).language()).isEqualTo("java");
        assertThat(content(extracted, 6)).isEqualTo("| a | b |\n|---|---|\n| 1 | 2 |");
        assertThat(content(extracted, 7)).isEqualTo("Second\n======");
        assertThat(content(extracted, 9)).isEqualTo("[ref]: https://example.org");
        assertThat(extracted.blocks().get(0).headingPath()).isEmpty();
        assertThat(extracted.blocks().get(2).headingPath()).containsExactly("First chapter");
        assertThat(extracted.blocks().get(5).headingPath()).containsExactly("First chapter", "Section one");
        assertThat(extracted.blocks().get(8).headingPath()).containsExactly("Second");
    }

    @Test
    void theTitleIsTheFirstHeadingWithoutFrontMatter() {
        assertThat(extract("Some text\n\n## A *title*\n\n# Another\n").title()).contains("A title");
        assertThat(extract("No heading at all\n").title()).isEmpty();
    }

    @Test
    void emptyAndFrontMatterOnlyNotesAreRead() {
        assertThat(extract("").blocks()).isEmpty();
        assertThat(extract("\n\n").blocks()).isEmpty();
        assertThat(extract("---\ntitle: Only\n---\n").title()).contains("Only");
    }

    @Test
    void codeInListsAndQuotesIsABlockOfItsOwn() {
        // Given
        String source = """
                - item

                  ```sh
                  ls
                  ```

                  more text of the item
                - last

                > quoted
                >
                > ```
                > code
                > ```
                """;
        // When
        ExtractedText extracted = extract(source);
        // Then
        assertThat(extracted.blocks())
                .extracting(Block::kind)
                .containsExactly(BlockKind.LIST, BlockKind.CODE, BlockKind.LIST, BlockKind.PARAGRAPH, BlockKind.CODE);
        assertThat(content(extracted, 1)).isEqualTo("  ```sh\n  ls\n  ```");
        assertThat(content(extracted, 4)).isEqualTo("> ```\n> code\n> ```");
    }

    @Test
    void aHeadingInsideAListOrQuoteOpensNoSection() {
        // When
        ExtractedText extracted = extract("# Top\n\n> # quoted\n\n- # listed\n\ntext\n");
        // Then
        assertThat(extracted.blocks())
                .allSatisfy(block -> assertThat(block.headingPath()).containsExactly("Top"));
    }

    @Test
    void levelsMayBeLeftOutAndHeadingsMayBeEmpty() {
        // When
        ExtractedText extracted = extract("### Deep\n\na\n\n# Top\n\nb\n\n#\n\nc\n\n## Sub\n\nd\n");
        // Then
        assertThat(extracted.blocks())
                .filteredOn(block -> block.kind() == BlockKind.PARAGRAPH)
                .extracting(Block::headingPath)
                .containsExactly(List.of("Deep"), List.of("Top"), List.of(), List.of("Sub"));
    }

    @Test
    void longDocumentsGiveTheSameBlocksAsTheirParts() {
        // Given a document of several segments with fences, lists and tables
        String part = """
                ## Part %d

                Words of the part that are long enough to stay a paragraph of their own, as it should be.

                ```
                code with a blank line

                # and no heading
                ```

                1. one
                2. two

                | a |
                |---|
                | b |

                """;
        StringBuilder source = new StringBuilder();
        int parts = 6000;
        for (int i = 0; i < parts; i++) {
            source.append(String.format(part, i));
        }
        // When
        ExtractedText extracted = extract(source.toString());
        // Then
        assertThat(source.length()).isGreaterThan(1_000_000);
        assertThat(extracted.blocks()).hasSize(5 * parts);
        assertThat(extracted.blocks())
                .filteredOn(block -> block.kind() == BlockKind.HEADING)
                .hasSize(parts);
        assertThat(extracted.blocks().get(5 * parts - 1).headingPath()).containsExactly("Part " + (parts - 1));
    }

    @Test
    void aFenceThatNeverEndsIsCode() {
        // Given
        String source = "# A\n\n```\n" + "x = 1\n\n# no heading\n".repeat(150_000);
        // When
        ExtractedText extracted = extract(source);
        // Then
        assertThat(extracted.blocks().subList(1, extracted.blocks().size()))
                .allSatisfy(block -> assertThat(block.kind()).isEqualTo(BlockKind.CODE));
        assertThat(extracted.blocks().get(extracted.blocks().size() - 1).headingPath())
                .containsExactly("A");
    }

    @Test
    void everyLineThatIsNotBlankIsInABlock() {
        for (int seed = 0; seed < 300; seed++) {
            // Given
            String source = randomMarkdown(new Random(seed));
            // When
            ExtractedText extracted = extract(source);
            // Then
            int covered = 0;
            for (Block block : extracted.blocks()) {
                assertThat(source.substring(covered, block.start()))
                        .as("seed %d", seed)
                        .isBlank();
                assertThat(block.start() == 0 || source.charAt(block.start() - 1) == '\n')
                        .as("seed %d: block starts at a line", seed)
                        .isTrue();
                covered = block.end();
            }
            assertThat(source.substring(covered)).as("seed %d", seed).isBlank();
        }
    }

    private static String randomMarkdown(Random random) {
        String[] pieces = {
            "# a\n",
            "## b\n",
            "text\n",
            "\n",
            "\n",
            "- x\n",
            "  - y\n",
            "> q\n",
            ">> r\n",
            "```\n",
            "~~~~\n",
            "    code\n",
            "\t- t\n",
            "| a | b |\n|---|---|\n",
            "| c | d |\n",
            "---\n",
            "===\n",
            "1. n\n",
            "<div>\n",
            "</div>\n",
            "[a]: b\n",
            "<!-- c\n",
            "-->\n",
            "- # h\n",
            "- ```\n",
            "> - z\n",
            "* * *\n",
            "-\n",
            "title: x\n"
        };
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    @Test
    void deepNestingTakesNoLongerThanOtherText() {
        assertQuick("> ".repeat(100_000) + "deep\n" + "lazy\n".repeat(20_000));
        assertQuick("- ".repeat(100_000) + "deep\n" + "next line\n".repeat(20_000));
        assertQuick(("> ".repeat(500) + "- ".repeat(500) + "x\n").repeat(200));
        StringBuilder stairs = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            stairs.append("  ".repeat(i)).append("- item\n");
        }
        assertQuick(stairs.toString());
    }

    @Test
    void hostileInlinesCostNothing() {
        assertQuick("[".repeat(2_000_000));
        assertQuick("*a ".repeat(500_000));
        assertQuick("`".repeat(2_000_000));
        assertQuick("![](".repeat(300_000));
        assertQuick(("# " + "[".repeat(5000) + "\n").repeat(200));
        assertQuick("| a ".repeat(200_000) + "|\n" + "|---".repeat(1000) + "|\n");
    }

    @Test
    void aLineOfTwentyMegabytesIsReadInSeconds() {
        assertQuick("word ".repeat(4_000_000));
        assertQuick("#".repeat(1) + " " + "x".repeat(20_000_000));
    }

    @Test
    void tinyBlocksInNumberDoNotFillTheMemory() {
        // Given
        ExtractedText extracted = extract("# a\n".repeat(400_000));
        // Then
        assertThat(extracted.blocks()).hasSizeLessThanOrEqualTo(250_000);
        assertThat(extracted.blocks().get(extracted.blocks().size() - 1).end())
                .isEqualTo(extracted.text().length() - 1);
    }

    private void assertQuick(String source) {
        assertThat(CpuTime.of(() -> extract(source))).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "# Plain~Plain",
                "## Closed ##~Closed",
                "# With [a link](http://x.y) and ![an image](z.png)~With a link and an image",
                "# **Bold** _and_ `code`~Bold and code",
                "# snake_case_name and 2 * 3 * 4~snake_case_name and 2 * 3 * 4",
                "# [[Page|Shown]] and [[Other]]~Shown and Other",
                "# Escaped \\# mark {#anchor}~Escaped # mark",
                "# <b>Tag</b> a < b~Tag a < b",
                "#hashtag~#hashtag"
            })
    void titlesAreWithoutMarkup(String heading, String title) {
        assertThat(HeadingTitle.of(heading)).isEqualTo(title);
    }

    @Test
    void longTitlesAreShortenedBetweenCharacters() {
        assertThat(HeadingTitle.of("# " + "🎉".repeat(500))).isEqualTo("🎉".repeat(100));
    }

    private ExtractedText extract(String source) {
        return extractor.extract(source, DocumentType.MARKDOWN, ExtractionLimits.DEFAULT);
    }

    private static String content(ExtractedText extracted, int block) {
        return extracted
                .text()
                .substring(
                        extracted.blocks().get(block).start(),
                        extracted.blocks().get(block).end());
    }
}
