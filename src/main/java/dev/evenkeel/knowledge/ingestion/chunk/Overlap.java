package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import java.util.Arrays;
import java.util.List;

/**
 * How far back a chunk reaches into the one before: whole sentences, or whole words in windows of fixed size and where the text is cut
 * by its structure and no sentence is short enough. Never as far as the start of the
 * chunk before, over white space that belongs to no chunk, or, where the text is cut by its structure, into another section.
 */
final class Overlap {

    private final Atoms atoms;
    private final List<Block> blocks;
    private final int[] blockStarts;
    private final int mostTokens;
    private final ChunkingStrategy strategy;

    Overlap(Atoms atoms, List<Block> blocks, ChunkingOptions options) {
        this.atoms = atoms;
        this.blocks = blocks;
        this.blockStarts = blocks.stream().mapToInt(Block::start).toArray();
        this.mostTokens = options.overlapTokens();
        this.strategy = options.strategy();
    }

    /**
     * The atom from which on a chunk repeats the one before.
     *
     * @param from first atom of its own
     * @param previous first atom of the chunk before
     * @return {@code from} where nothing is repeated
     */
    int start(int from, int previous) {
        int sentence = from;
        int word = from;
        int anywhere = from;
        for (int atom = from - 1; atom > previous && atoms.tokens(atom, from) <= mostTokens; atom--) {
            if (atoms.forcedBreak(atom, atom + 2) == atom + 1 || !sameSection(atom, from)) {
                break;
            }
            anywhere = atom;
            word = atoms.level(atom) >= Atoms.WORD ? atom : word;
            sentence = atoms.level(atom) >= Atoms.SENTENCE ? atom : sentence;
        }
        return switch (strategy) {
            case SENTENCE -> sentence;
            case STRUCTURE -> sentence < from ? sentence : word < from ? word : anywhere;
            case FIXED -> word < from ? word : anywhere;
        };
    }

    /** Whether an atom is a good place for a chunk to begin to repeat. */
    boolean mayBeginAt(int atom) {
        return atoms.level(atom) >= (strategy == ChunkingStrategy.SENTENCE ? Atoms.SENTENCE : Atoms.WORD);
    }

    private boolean sameSection(int atom, int other) {
        return strategy != ChunkingStrategy.STRUCTURE
                || blocks.isEmpty()
                || path(atom).equals(path(other));
    }

    private List<String> path(int atom) {
        int found = Arrays.binarySearch(blockStarts, atoms.start(atom));
        return blocks.get(Math.max(0, found >= 0 ? found : -found - 2)).headingPath();
    }
}
