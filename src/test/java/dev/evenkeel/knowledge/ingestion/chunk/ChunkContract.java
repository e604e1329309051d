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

    /** Marks that a letter may have and still be kept together with them. */
    private static final int FEW_MARKS = 6;

    private ChunkContract() {}

    public static void check(ExtractedText extracted, List<Chunk> chunks, ChunkingOptions options) {
        String text = extracted.text();
        int[] lines = lines(text);
        int covered = 0;
        int previousStart = -1;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            assertThat(chunk.ordinal()).isEqualTo(i);
            assertThat(chunk.start()).as("start of chunk %d", i).isGreaterThan(previousStart);
            assertThat(chunk.end()).as("end of chunk %d", i).isGreaterThan(covered);
            if (chunk.start() >= covered) {
                assertBlank(text, covered, chunk.start());
            } else {
                assertRepeats(text.substring(chunk.start(), covered), options);
            }
            assertThat(chunk.content()).isEqualTo(text.substring(chunk.start(), chunk.end()));
            assertThat(text.substring(Math.max(covered, chunk.start()), chunk.end())
                            .isBlank())
                    .as("chunk %d has nothing of its own", i)
                    .isFalse();
            assertThat(chunk.tokens()).as("cap").isLessThanOrEqualTo(options.maxTokens());
            assertThat(chunk.tokens())
                    .as("tokens of chunk %d: %s", i, chunk.content())
                    .isEqualTo(ENCODING.countTokensOrdinary(chunk.content()));
            assertThat(chunk.lineFrom()).isEqualTo(lines[chunk.start()]);
            assertThat(chunk.lineTo()).isEqualTo(lines[chunk.end() - 1]);
            assertNoPairCut(text, chunk.start());
            assertNoPairCut(text, chunk.end());
            assertNoClusterCut(extracted, chunk.start(), options);
            assertNoClusterCut(extracted, chunk.end(), options);
            covered = chunk.end();
            previousStart = chunk.start();
        }
        assertBlank(text, covered, text.length());
        if (options.strategy() == ChunkingStrategy.STRUCTURE && options.overlapTokens() == 0) {
            checkBlocks(extracted, chunks, options);
        }
    }

    private static int[] lines(String text) {
        int[] lines = new int[text.length() + 1];
        int line = 1;
        for (int i = 0; i < text.length(); i++) {
            lines[i] = line;
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        lines[text.length()] = line;
        return lines;
    }

    /** What loses the space before it can be a few tokens more. */
    private static void assertRepeats(String repeated, ChunkingOptions options) {
        assertThat(options.overlapTokens()).as("repeats " + repeated).isPositive();
        assertThat(ENCODING.countTokensOrdinary(repeated)).isLessThanOrEqualTo(options.overlapTokens() + 4);
    }

    /** A letter keeps its marks, unless they take more than half of a chunk, or a block begins between. */
    private static void assertNoClusterCut(ExtractedText extracted, int position, ChunkingOptions options) {
        String text = extracted.text();
        if (position == 0 || position == text.length() || !isMark(text.codePointAt(position))) {
            return;
        }
        int base = position;
        while (base > 0 && position - base <= FEW_MARKS && isMark(text.codePointBefore(base))) {
            base -= Character.charCount(text.codePointBefore(base));
        }
        boolean onLetter = base > 0 && Character.isLetter(text.codePointBefore(base));
        boolean atBlock =
                extracted.blocks().stream().anyMatch(block -> block.start() == position || block.end() == position);
        assertThat(onLetter && position - base <= FEW_MARKS && !atBlock && isSmall(text, base, options))
                .as("marks cut off their letter at %d", position)
                .isFalse();
    }

    /** Whether a letter with the marks that begin at a place takes at most half of a chunk. */
    private static boolean isSmall(String text, int marks, ChunkingOptions options) {
        int end = marks;
        while (end < text.length() && isMark(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        String cluster = text.substring(text.offsetByCodePoints(marks, -1), end);
        return ENCODING.countTokensOrdinary(cluster) <= options.maxTokens() / 2;
    }

    private static boolean isMark(int codePoint) {
        return Character.getType(codePoint) == Character.NON_SPACING_MARK;
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
