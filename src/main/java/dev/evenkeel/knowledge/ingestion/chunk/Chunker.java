package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into chunks. Every char that is not white space lies in exactly one chunk, apart from what a chunk repeats of the one
 * before where that is wanted; no chunk is blank or has more tokens than the cap. By structure code blocks and tables that fit are not
 * cut, a heading is followed by its text, and a block too large for a chunk is cut at a line, else a sentence, else a word, else
 * between graphemes (a cluster that takes more than half of the tokens of a chunk, as a letter with five marks does at a cap of 32,
 * may be cut between code points). Time is linear in the length, a few MB/s to tens of MB/s of text; thread-safe; never for an event
 * loop beyond 256 kB.
 */
public final class Chunker {

    private final TokenCounter counter = new TokenCounter();

    public List<Chunk> chunk(ExtractedText extracted, ChunkingOptions options) {
        String text = extracted.text();
        List<Block> blocks = extracted.blocks();
        Atoms atoms = divide(text, blocks, options);
        List<Integer> cuts = options.strategy() == ChunkingStrategy.STRUCTURE
                ? Packer.pack(text, blocks, atoms, counter, options)
                : WindowPacker.pack(atoms, options);
        Assembly assembly = new Assembly(text, blocks, atoms, options);
        for (int i = 0; i < cuts.size(); i++) {
            int end = i + 1 < cuts.size() ? cuts.get(i + 1) : atoms.size();
            assembly.addAll(cuts.get(i), end);
        }
        return assembly.chunks;
    }

    private Atoms divide(String text, List<Block> blocks, ChunkingOptions options) {
        int cap = options.ownTokens();
        return switch (options.strategy()) {
            case STRUCTURE -> Atomizer.divide(text, blocks, counter, cap);
            case SENTENCE -> Atomizer.divideSentences(text, blocks, counter, cap, Abbreviations.of(options.language()));
            case FIXED ->
                Atomizer.divideSentences(
                        text, blocks, counter, Math.max(32, cap / 4), Abbreviations.of(options.language()));
        };
    }

    /** The line of a position, for positions that ascend. */
    private static final class Lines {

        private final String text;
        private int line = 1;
        private int nextNewline;

        Lines(String text) {
            this.text = text;
            this.nextNewline = text.indexOf('\n');
        }

        int at(int position) {
            while (nextNewline >= 0 && nextNewline < position) {
                line++;
                nextNewline = text.indexOf('\n', nextNewline + 1);
            }
            return line;
        }
    }

    /** Turns ranges of atoms into chunks, in order. */
    private final class Assembly {

        private final String text;
        private final List<Block> blocks;
        private final Atoms atoms;
        private final Overlap overlap;
        private final int maxTokens;
        private final List<Chunk> chunks = new ArrayList<>();
        private final Lines firstLines;
        private final Lines lastLines;
        private int block;
        /** First atom that the last chunk does not repeat, or a negative number. */
        private int previous = -1;

        Assembly(String text, List<Block> blocks, Atoms atoms, ChunkingOptions options) {
            this.text = text;
            this.blocks = blocks;
            this.atoms = atoms;
            this.overlap = new Overlap(atoms, blocks, options);
            this.maxTokens = options.maxTokens();
            this.firstLines = new Lines(text);
            this.lastLines = new Lines(text);
        }

        /** Where token counts do not add up, a chunk may turn out too large: then it ends earlier. */
        void addAll(int from, int to) {
            int start = from;
            while (start < to) {
                int end = to;
                while (!add(start, end)) {
                    end--;
                }
                start = end;
            }
        }

        private boolean add(int from, int to) {
            int contentStart = Whitespace.skip(text, atoms.start(from), atoms.end(to - 1));
            int contentEnd = Whitespace.skipBack(text, contentStart, atoms.end(to - 1));
            if (contentStart == contentEnd) {
                return true;
            }
            contentStart = withIndentation(atoms.start(from), contentStart);
            int tokens = tokens(from, to, contentStart, contentEnd);
            if (tokens > maxTokens && to - from == 1) {
                // Less white space can mean more tokens; with it the atom is known to be within the cap.
                contentStart = atoms.start(from);
                contentEnd = atoms.end(from);
                tokens = atoms.tokens(from, to);
            }
            if (tokens > maxTokens) {
                return false;
            }
            if (!addWithOverlap(from, to, contentEnd)) {
                append(contentStart, contentEnd, tokens);
            }
            previous = from;
            return true;
        }

        /** Adds the chunk together with the end of the one before, as much of it as the cap allows; false when it allows none. */
        private boolean addWithOverlap(int from, int to, int contentEnd) {
            int first = previous < 0 ? from : overlap.start(from, previous);
            for (int begin = first; first < from; first++) {
                if (first > begin && !overlap.mayBeginAt(first)) {
                    continue;
                }
                int start = Whitespace.skip(text, atoms.start(first), contentEnd);
                start = withIndentation(atoms.start(first), start);
                boolean repeatsWhole = start <= chunks.get(chunks.size() - 1).start();
                int tokens = repeatsWhole || start >= atoms.end(from - 1)
                        ? Integer.MAX_VALUE
                        : tokens(first, to, start, contentEnd);
                if (tokens <= maxTokens) {
                    append(start, contentEnd, tokens);
                    return true;
                }
            }
            return false;
        }

        private int withIndentation(int from, int contentStart) {
            int lineStart = contentStart;
            while (lineStart > from && text.charAt(lineStart - 1) != '\n') {
                lineStart--;
            }
            boolean atLineStart = lineStart == 0 || text.charAt(lineStart - 1) == '\n';
            return atLineStart ? lineStart : contentStart;
        }

        /** Exact tokens of the content, mostly without encoding more than its first and last atom again. */
        private int tokens(int from, int to, int start, int end) {
            int first = from;
            while (atoms.end(first) <= start) {
                first++;
            }
            int last = to - 1;
            while (atoms.start(last) >= end) {
                last--;
            }
            if (first == last || !atoms.addUp(first, last + 1)) {
                return counter.count(text, start, end);
            }
            int firstTokens = start == atoms.start(first)
                    ? atoms.tokens(first, first + 1)
                    : counter.count(text, start, atoms.end(first));
            int lastTokens =
                    end == atoms.end(last) ? atoms.tokens(last, last + 1) : counter.count(text, atoms.start(last), end);
            return firstTokens + atoms.tokens(first + 1, last) + lastTokens;
        }

        private void append(int start, int end, int tokens) {
            while (block + 1 < blocks.size() && blocks.get(block + 1).start() <= start) {
                block++;
            }
            int lastBlock = block;
            while (lastBlock + 1 < blocks.size() && blocks.get(lastBlock + 1).start() < end) {
                lastBlock++;
            }
            int lineFrom = firstLines.at(start);
            int lineTo = lastLines.at(end - 1);
            List<Block> covered = blocks.isEmpty() ? List.of() : blocks.subList(block, lastBlock + 1);
            Integer pageFrom = covered.isEmpty() ? null : covered.get(0).page();
            Integer pageTo =
                    covered.isEmpty() ? null : covered.get(covered.size() - 1).page();
            chunks.add(new Chunk(
                    chunks.size(),
                    start,
                    end,
                    text.substring(start, end),
                    HeadingPaths.common(covered),
                    pageFrom,
                    pageTo,
                    lineFrom,
                    lineTo,
                    tokens));
        }
    }
}
