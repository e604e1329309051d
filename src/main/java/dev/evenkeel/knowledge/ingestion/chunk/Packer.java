package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides at which atoms chunks start. Sections are filled one after the other; a section with fewer than the minimum of tokens is
 * joined with the next, or at its end with the chunk before. A heading goes with the block after it.
 */
final class Packer {

    /** More than the tokens of line ends that the end of a chunk loses. */
    private static final int TRIM_TOLERANCE_TOKENS = 8;

    /** Text whose parts have more tokens than this multiple of the cap is not worth encoding as a whole. */
    private static final double MOST_JOINED = 1.5;

    /** Repeated punctuation and spaces have tokens of this length. */
    private static final int MOST_CHARS_OF_A_TOKEN = 64;

    private final String text;
    private final List<Block> blocks;
    private final Atoms atoms;
    private final TokenCounter counter;
    private final int maxTokens;
    private final int minTokens;
    /** First atom of each block, and the number of atoms after the last. */
    private final int[] blockAtoms;

    /** First atoms of the chunks so far; the last is that of the open one. */
    private final List<Integer> cuts = new ArrayList<>();

    private int open;
    private int openBlock;

    private Packer(String text, List<Block> blocks, Atoms atoms, TokenCounter counter, ChunkingOptions options) {
        this.text = text;
        this.blocks = blocks;
        this.atoms = atoms;
        this.counter = counter;
        this.maxTokens = options.ownTokens();
        this.minTokens = options.minTokens();
        this.blockAtoms = new int[blocks.size() + 1];
        for (int i = 1; i < blocks.size(); i++) {
            blockAtoms[i] = atoms.firstAtOrAfter(blocks.get(i).start());
        }
        blockAtoms[blocks.size()] = atoms.size();
        cuts.add(0);
    }

    /** The first atom of every chunk. */
    static List<Integer> pack(
            String text, List<Block> blocks, Atoms atoms, TokenCounter counter, ChunkingOptions options) {
        Packer packer = new Packer(text, blocks, atoms, counter, options);
        if (blocks.isEmpty()) {
            packer.fill(atoms.size());
        }
        int block = 0;
        while (block < blocks.size()) {
            int end = packer.endOfSection(block);
            packer.addSection(block, end);
            block = end;
        }
        packer.closeLast();
        return packer.cuts;
    }

    /** Headings, also of several levels, and the blocks after them that stand under the last. */
    private int endOfSection(int first) {
        int body = first;
        while (body < blocks.size() - 1 && blocks.get(body).kind() == BlockKind.HEADING) {
            body++;
        }
        int end = body + 1;
        while (end < blocks.size()
                && blocks.get(end).kind() != BlockKind.HEADING
                && blocks.get(end).headingPath().equals(blocks.get(body).headingPath())) {
            end++;
        }
        return end;
    }

    private void addSection(int first, int end) {
        int from = blockAtoms[first];
        int to = blockAtoms[end];
        boolean tiny = atoms.tokens(open, from) < minTokens;
        if (from > open && !(tiny && joins(from, to) && !belongsToPrevious(first))) {
            cutAt(from, first);
        }
        int unit = first;
        while (unit < end) {
            int unitEnd = unit;
            while (unitEnd < end - 1 && blocks.get(unitEnd).kind() == BlockKind.HEADING) {
                unitEnd++;
            }
            addUnit(unit, unitEnd + 1);
            unit = unitEnd + 1;
        }
    }

    /** Whether the open chunk should grow into a section: it holds all of it, or the section must be cut in any case. */
    private boolean joins(int from, int to) {
        return fits(open, to) || !fits(from, to);
    }

    /** Whether the open chunk, too small to stand alone, has more in common with the chunk before than with what comes. */
    private boolean belongsToPrevious(int next) {
        int last = cuts.size() - 1;
        return last > 0
                && fits(cuts.get(last - 1), blockAtoms[next])
                && commonDepth(openBlock - 1, openBlock) > commonDepth(next - 1, next);
    }

    private int commonDepth(int block, int otherBlock) {
        return HeadingPaths.commonPrefix(
                        blocks.get(block).headingPath(), blocks.get(otherBlock).headingPath())
                .size();
    }

    /** Adds a block with the headings in front of it. */
    private void addUnit(int first, int end) {
        int to = blockAtoms[end];
        if (fits(open, to)) {
            return;
        }
        int from = blockAtoms[first];
        if (fits(from, to)) {
            cutAt(from, first);
            return;
        }
        int body = blockAtoms[end - 1];
        if (blocks.get(end - 1).kind().keptWhole() && fitsWhole(body, to)) {
            cutAt(from, first);
            cutAt(body, end - 1);
            return;
        }
        if (atoms.tokens(open, from) >= minTokens) {
            cutAt(from, first);
        }
        fill(to);
    }

    private boolean onlyHeadings(int first, int end) {
        for (int block = first; block < end; block++) {
            if (blocks.get(block).kind() != BlockKind.HEADING) {
                return false;
            }
        }
        return end > first;
    }

    private boolean fits(int from, int to) {
        if (atoms.forcedBreak(from, to) < to) {
            return false;
        }
        int tokens = atoms.tokens(from, to);
        if (tokens <= maxTokens) {
            return true;
        }
        if (!atoms.addUp(from, to)) {
            return tokens <= maxTokens * MOST_JOINED && countTrimmed(from, to) <= maxTokens;
        }
        int last = to - 1;
        return tokens <= maxTokens + TRIM_TOLERANCE_TOKENS
                && atoms.tokens(from, last) + countTrimmed(last, to) <= maxTokens;
    }

    /** The same without trust in the sum of parts, which can be far above the tokens of the whole. */
    private boolean fitsWhole(int from, int to) {
        boolean worthCounting = atoms.end(to - 1) - atoms.start(from) <= maxTokens * MOST_CHARS_OF_A_TOKEN;
        return fits(from, to)
                || (worthCounting
                        && !atoms.addUp(from, to)
                        && atoms.forcedBreak(from, to) == to
                        && countTrimmed(from, to) <= maxTokens);
    }

    private int countTrimmed(int from, int to) {
        int start = atoms.start(from);
        return counter.count(text, start, Whitespace.skipBack(text, start, atoms.end(to - 1)));
    }

    /** Cuts full chunks from the open one until the rest up to {@code to} fits into one. */
    private void fill(int to) {
        while (!fits(open, to)) {
            start(bestCut(open, to), openBlock);
        }
    }

    private int bestCut(int from, int to) {
        int limit = atoms.forcedBreak(from, to);
        int cut = atoms.reach(from, limit, maxTokens);
        if (cut == limit) {
            return cut;
        }
        int half = maxTokens / 2;
        int rest = atoms.tokens(cut, to);
        if (rest < minTokens) {
            int earlier = atoms.reach(from, cut, Math.max(half, atoms.tokens(from, to) - minTokens));
            cut = Math.max(from + 1, earlier);
        }
        int best = cut;
        for (int atom = cut - 1; atom > from && atoms.tokens(from, atom) >= half; atom--) {
            if (levelOfCut(atom) > levelOfCut(best)) {
                best = atom;
            }
        }
        return best;
    }

    /** How good a place for a cut is; the worst is between a heading and its text. */
    private int levelOfCut(int atom) {
        int level = atoms.level(atom);
        if (level == Atoms.BLOCK) {
            int block = Arrays.binarySearch(blockAtoms, atom);
            if (block > 0 && block < blocks.size() && blocks.get(block - 1).kind() == BlockKind.HEADING) {
                return Atoms.CHAR;
            }
        }
        return level;
    }

    /** Ends the open chunk in front of an atom; one below the minimum goes to the chunk before when it fits. */
    private void cutAt(int atom, int block) {
        if (atom > open) {
            joinWithPrevious(atom, block);
            start(atom, block);
        }
    }

    private void joinWithPrevious(int end, int endBlock) {
        int last = cuts.size() - 1;
        boolean tiny = atoms.tokens(open, end) < minTokens;
        if (tiny && last > 0 && !onlyHeadings(openBlock, endBlock) && fits(cuts.get(last - 1), end)) {
            cuts.remove(last);
        }
    }

    private void start(int atom, int block) {
        cuts.add(atom);
        open = atom;
        openBlock = block;
    }

    private void closeLast() {
        if (atoms.size() > open) {
            joinWithPrevious(atoms.size(), blocks.size());
        }
    }
}
