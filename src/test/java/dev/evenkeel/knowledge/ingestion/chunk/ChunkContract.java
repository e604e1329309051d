package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.ArrayList;
import java.util.List;

/** What holds for the chunks of every text, checked independently of how they are made. */
public final class ChunkContract {

    private static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

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
        int first = 0;
        List<Block> blocks = extracted.blocks();
        for (int b = 0; b < blocks.size(); b++) {
            Block block = blocks.get(b);
            while (first < chunks.size() && chunks.get(first).end() <= block.start()) {
                first++;
            }
            if (first == chunks.size()) {
                continue;
            }
            Chunk chunk = chunks.get(first);
            List<String> path = block.headingPath();
            assertThat(path.size()).isGreaterThanOrEqualTo(0);
            if (block.page() != null && chunk.pageFrom() != null && chunk.pageTo() != null) {
                assertThat(block.page()).isBetween(chunk.pageFrom(), chunk.pageTo());
            }
            boolean whole = block.end() <= chunk.end();
            if (block.kind().keptWhole() && !whole) {
                String content = extracted.text().substring(block.start(), block.end());
                assertThat(content.length() > 100_000 || ENCODING.countTokensOrdinary(content) > options.maxTokens())
                        .as("block was cut though it fits: %s", content)
                        .isTrue();
            }
            boolean last = b == blocks.size() - 1;
            boolean small = chunk.tokens() < options.maxTokens() / 2;
            if (block.kind() == BlockKind.HEADING && whole && small && !last && block.end() == chunk.end()) {
                Block next = blocks.get(b + 1);
                boolean afterOnlyHeadings = new ArrayList<>(blocks.subList(0, b))
                        .stream()
                                .filter(each -> each.end() > chunk.start())
                                .allMatch(each -> each.kind() == BlockKind.HEADING);
                assertThat(next.kind().keptWhole() && afterOnlyHeadings)
                        .as("a heading ends a chunk: %s", chunk.content())
                        .isTrue();
            }
        }
    }

    private static void assertBlank(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(Character.isWhitespace(text.charAt(i)))
                    .as("char %d is in no chunk: %s", i, text.substring(i, Math.min(to, i + 20)))
                    .isTrue();
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
