package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.ArrayList;
import java.util.List;

/** Decides at which atoms chunks start where sections do not matter: each is filled as far as it goes, then ends at the best place. */
final class WindowPacker {

    /** A window of fixed size ends in its last quarter. */
    private static final double FULL_ENOUGH = 0.75;

    private final Atoms atoms;
    private final int ownTokens;
    private final boolean wholeSentences;

    private WindowPacker(Atoms atoms, ChunkingOptions options) {
        this.atoms = atoms;
        this.ownTokens = options.ownTokens();
        this.wholeSentences = options.strategy() == ChunkingStrategy.SENTENCE;
    }

    /** The first atom of every chunk. */
    static List<Integer> pack(Atoms atoms, ChunkingOptions options) {
        WindowPacker packer = new WindowPacker(atoms, options);
        List<Integer> cuts = new ArrayList<>();
        int open = 0;
        while (open < atoms.size()) {
            cuts.add(open);
            open = packer.end(open);
        }
        return cuts;
    }

    private int end(int from) {
        int limit = atoms.forcedBreak(from, atoms.size());
        int full = atoms.reach(from, limit, ownTokens);
        if (full == limit) {
            return limit;
        }
        return wholeSentences ? lastSentence(from, full) : bestNearEnd(from, full);
    }

    /** The last start of a sentence; of one that is longer than a chunk the best place within. */
    private int lastSentence(int from, int full) {
        for (int atom = full; atom > from; atom--) {
            if (atoms.level(atom) >= Atoms.SENTENCE) {
                return atom;
            }
        }
        return bestNearEnd(from, full);
    }

    private int bestNearEnd(int from, int full) {
        int best = full;
        for (int atom = full - 1; atom > from && atoms.tokens(from, atom) >= ownTokens * FULL_ENOUGH; atom--) {
            if (atoms.level(atom) > atoms.level(best)) {
                best = atom;
            }
        }
        return best;
    }
}
