package dev.evenkeel.platform.access;

import dev.evenkeel.platform.database.SqlConditions;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a caller sees: everything, what one user owns, or one collection. Every query about something that belongs to
 * somebody is restricted by it, so that what lies beyond does not exist for the caller.
 */
public record Reach(@Nullable UUID ownerId, @Nullable UUID collectionId) {
    /** Administrators' reach, and that of the service itself. */
    public static final Reach EVERYTHING = new Reach(null, null);

    public static Reach ofOwner(UUID ownerId) {
        return new Reach(ownerId, null);
    }

    public static Reach ofCollection(UUID collectionId) {
        return new Reach(null, collectionId);
    }

    /** Adds what this reach demands of a row with the given columns. */
    public SqlConditions restrict(SqlConditions conditions, String ownerColumn, String collectionColumn) {
        if (ownerId != null) {
            conditions.and(ownerColumn + " = $", ownerId);
        }
        if (collectionId != null) {
            conditions.and(collectionColumn + " = $", collectionId);
        }
        return conditions;
    }

    /** Whether something of that owner in that collection is within reach. */
    public boolean includes(@Nullable UUID owner, @Nullable UUID collection) {
        return (ownerId == null || Objects.equals(ownerId, owner))
                && (collectionId == null || Objects.equals(collectionId, collection));
    }
}
