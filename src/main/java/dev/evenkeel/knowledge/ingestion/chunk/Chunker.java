package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into chunks. Every char that is not white space lies in exactly one chunk; no chunk is blank or has more tokens than
 * the cap. Code blocks and tables that fit are not cut, a heading is followed by its text, and a block too large for a chunk is
 * cut at a line, else a sentence, else a word, else between graphemes (a cluster of more marks than a chunk holds is cut between
 * code points). Time is linear in the length, a few MB/s to tens of MB/s of text; thread-safe; never for an event loop beyond 256 kB.
 */
public final class Chunker {

    private final TokenCounter counter = new TokenCounter();

    public List<Chunk> chunk(ExtractedText extracted, ChunkingOptions options) {
        String text = extracted.text();
        Atoms atoms = Atomizer.divide(text, extracted.blocks(), counter, options.maxTokens());
        List<Integer> cuts = Packer.pack(text, extracted.blocks(), atoms, counter, options);
        Assembly assembly = new Assembly(text, extracted.blocks(), atoms, options.maxTokens());
        for (int i = 0; i < cuts.size(); i++) {
            int end = i + 1 < cuts.size() ? cuts.get(i + 1) : atoms.size();
            assembly.addAll(cuts.get(i), end);
        }
        return assembly.chunks;
    }

    /** Turns ranges of atoms into chunks, in order. */
    private final class Assembly {

        private final String text;
        private final List<Block> blocks;
        private final Atoms atoms;
        private final int maxTokens;
        private final List<Chunk> chunks = new ArrayList<>();
        private int line = 1;
        private int nextNewline;
        private int block;

        Assembly(String text, List<Block> blocks, Atoms atoms, int maxTokens) {
            this.text = text;
            this.blocks = blocks;
            this.atoms = atoms;
            this.maxTokens = maxTokens;
            this.nextNewline = text.indexOf('\n');
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
            append(contentStart, contentEnd, tokens);
            return true;
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
            int lineFrom = lineAt(start);
            int lineTo = lineAt(end - 1);
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

        private int lineAt(int position) {
            while (nextNewline >= 0 && nextNewline < position) {
                line++;
                nextNewline = text.indexOf('\n', nextNewline + 1);
            }
            return line;
        }
    }
}
