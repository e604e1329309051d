package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * A collection that was restored from an archive.
 *
 * @param documents how many it has
 * @param skipped what could not be taken
 */
@RegisterForReflection
public record RestoredCollection(CollectionView collection, int documents, List<Skipped> skipped) {
    /** A document of the archive that is not in the collection, and why. */
    @RegisterForReflection
    public record Skipped(String path, String reason) {}
}
