package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.List;
import java.util.regex.Pattern;

/** What holds for the chunks of every text, checked independently of how they are made. */
public final class ChunkContract {

    private static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    private static final Pattern LONG_GAP = Pattern.compile("\\s{257}");

    private ChunkContract() {}

    public static void check(ExtractedText extracted, List<Chunk> chunks, ChunkingOptions options) {
        String text = extracted.text();
        int covered = 0;
        int line = 1;
        int linePosition = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            assertThat(chunk.ordinal()).isEqualTo(i);
            assertThat(chunk.start()).as("start of chunk %d", i).isGreaterThanOrEqualTo(covered);
            assertBlank(text, covered, chunk.start());
            assertThat(chunk.content()).isEqualTo(text.substring(chunk.start(), chunk.end()));
            assertThat(chunk.content().isBlank()).as("chunk %d is blank", i).isFalse();
            assertThat(chunk.tokens()).as("cap").isLessThanOrEqualTo(options.maxTokens());
            assertThat(chunk.tokens())
                    .as("tokens of chunk %d: %s", i, chunk.content())
                    .isEqualTo(ENCODING.countTokensOrdinary(chunk.content()));
            for (; linePosition < chunk.start(); linePosition++) {
                line += text.charAt(linePosition) == '\n' ? 1 : 0;
            }
            assertThat(chunk.lineFrom()).isEqualTo(line);
            for (; linePosition < chunk.end() - 1; linePosition++) {
                line += text.charAt(linePosition) == '\n' ? 1 : 0;
            }
            assertThat(chunk.lineTo()).isEqualTo(line);
            assertNoPairCut(text, chunk.start());
            assertNoPairCut(text, chunk.end());
            covered = chunk.end();
        }
        assertBlank(text, covered, text.length());
        checkBlocks(extracted, chunks, options);
    }

    private static void checkBlocks(ExtractedText extracted, List<Chunk> chunks, ChunkingOptions options) {
        List<Block> blocks = extracted.blocks();
        int first = 0;
        for (int b = 0; b < blocks.size(); b++) {
            Block block = blocks.get(b);
            while (first < chunks.size() && chunks.get(first).end() <= block.start()) {
                first++;
            }
            if (first == chunks.size()) {
                return;
            }
            Chunk chunk = chunks.get(first);
            if (block.page() != null) {
                assertThat(chunk.pageFrom()).isNotNull().isLessThanOrEqualTo(block.page());
                assertThat(chunk.pageTo()).isNotNull().isGreaterThanOrEqualTo(block.page());
            }
            if (block.kind().keptWhole() && block.end() > chunk.end()) {
                assertDoesNotFit(extracted.text().substring(block.start(), block.end()), options);
            }
            boolean small = chunk.tokens() < options.maxTokens() / 2;
            if (block.kind() == BlockKind.HEADING && block.end() == chunk.end() && small && b < blocks.size() - 1) {
                assertHeadingMayEnd(extracted.text(), blocks, b, chunk);
            }
        }
    }

    private static void assertDoesNotFit(String block, ChunkingOptions options) {
        boolean fits = ENCODING.countTokensOrdinary(block) <= options.maxTokens();
        if (fits && !LONG_GAP.matcher(block).find()) {
            throw new AssertionError("a block was cut though it fits: " + block);
        }
    }

    /** Only in front of a block that is kept whole, or of a long gap, and then with nothing but headings before it. */
    private static void assertHeadingMayEnd(String text, List<Block> blocks, int heading, Chunk chunk) {
        Block next = blocks.get(heading + 1);
        boolean gap = LONG_GAP.matcher(text.substring(chunk.end(), next.end())).find();
        boolean onlyHeadings = true;
        for (int b = heading; b >= 0 && blocks.get(b).end() > chunk.start(); b--) {
            onlyHeadings &= blocks.get(b).kind() == BlockKind.HEADING;
        }
        if (!gap && !(next.kind().keptWhole() && onlyHeadings)) {
            throw new AssertionError("a heading ends a chunk: " + chunk.content());
        }
    }

    private static void assertBlank(String text, int from, int to) {
        if (!text.substring(from, to).isBlank()) {
            throw new AssertionError("in no chunk: " + text.substring(from, to).strip());
        }
    }

    private static void assertNoPairCut(String text, int position) {
        boolean cut = position > 0
                && position < text.length()
                && Character.isLowSurrogate(text.charAt(position))
                && Character.isHighSurrogate(text.charAt(position - 1));
        assertThat(cut).isFalse();
    }
}
