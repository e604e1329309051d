package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides at which atoms chunks start. Sections are filled one after the other; a section with fewer than the minimum of tokens is
 * joined with the next, or at its end with the chunk before. A heading goes with the block after it.
 */
final class Packer {

    /** More than the tokens of line ends that the end of a chunk loses. */
    private static final int TRIM_TOLERANCE_TOKENS = 8;

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
        this.maxTokens = options.maxTokens();
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

    private int endOfSection(int first) {
        int end = first + 1;
        while (end < blocks.size()
                && blocks.get(end).kind() != BlockKind.HEADING
                && blocks.get(end).headingPath().equals(blocks.get(first).headingPath())) {
            end++;
        }
        return end;
    }

    private void addSection(int first, int end) {
        int from = blockAtoms[first];
        int to = blockAtoms[end];
        boolean tiny = atoms.tokens(open, from) < minTokens;
        if (from > open && !onlyHeadings(openBlock, first) && !(tiny && joins(from, to))) {
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

    /** Adds a block with the headings in front of it. */
    private void addUnit(int first, int end) {
        int to = blockAtoms[end];
        if (fits(open, to)) {
            return;
        }
        boolean underHeading = onlyHeadings(openBlock, first);
        int from = underHeading ? open : blockAtoms[first];
        if (!underHeading && fits(from, to)) {
            cutAt(from, first);
            return;
        }
        int body = blockAtoms[end - 1];
        if (blocks.get(end - 1).kind().keptWhole() && fits(body, to)) {
            cutAt(from, underHeading ? openBlock : first);
            cutAt(body, end - 1);
            return;
        }
        if (from > open && atoms.tokens(open, from) >= minTokens) {
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
        if (tokens > maxTokens + TRIM_TOLERANCE_TOKENS) {
            return false;
        }
        int last = to - 1;
        int end = Whitespace.skipBack(text, atoms.start(last), atoms.end(last));
        return atoms.tokens(from, last) + counter.count(text, atoms.start(last), end) <= maxTokens;
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
            if (atoms.level(atom) > atoms.level(best)) {
                best = atom;
            }
        }
        return best;
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
