package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What static models may take of this replica's memory, all together. A model that does not fit is refused before it is read:
 * a heap that runs full would end everything else.
 */
final class ModelMemory {
    private static final long MEGABYTE = 1 << 20;

    private final long capacityBytes;
    private final Map<Object, Long> reserved = new HashMap<>();

    ModelMemory(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * Takes room for a model, in place of what the same holder has had.
     *
     * @param holder the id of a model, or whoever gives the room back by {@link #release}
     * @throws ModelFileException when there is not so much
     */
    synchronized void reserve(Object holder, long bytes) {
        release(holder);
        long free = capacityBytes - usedBytes();
        if (bytes > free) {
            throw new ModelFileException("The model takes about " + megabytes(bytes) + " MB of memory; "
                    + megabytes(free) + " of " + megabytes(capacityBytes)
                    + " MB are free (evenkeel.embedding.max-model-memory, half of the heap when not set).");
        }
        reserved.put(holder, bytes);
    }

    synchronized void release(Object holder) {
        reserved.remove(holder);
    }

    /** Gives back the room of all models but these. */
    synchronized void keepOnly(Set<UUID> models) {
        reserved.keySet().removeIf(holder -> holder instanceof UUID && !models.contains(holder));
    }

    synchronized long usedBytes() {
        return reserved.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE;
    }
}
