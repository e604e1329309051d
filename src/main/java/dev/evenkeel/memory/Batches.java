package dev.evenkeel.memory;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Requests and answers for many entries at once. */
public final class Batches {
    private Batches() {}

    /** Entries to be stored together, no two of them with the same key. */
    @Schema(name = "MemoryBatchStore")
    public record Store(@NotNull List<@NotNull @Valid NewEntry> items) {}

    /** What was stored, in the order of the request. */
    @RegisterForReflection
    @Schema(name = "MemoryBatchStored")
    public record Stored(List<WrittenEntry> items) {}

    /** Keys to be read or deleted; one that is repeated counts once. */
    @Schema(name = "MemoryBatchKeys")
    public record Keys(@NotNull List<@NotNull String> keys) {}

    /** Entries that were found, and keys that were not, each in the order of the request. */
    @RegisterForReflection
    @Schema(name = "MemoryBatchLoaded")
    public record Loaded(List<EntryView> found, List<String> missing) {}

    /** How many entries were deleted, and keys that had none. */
    @RegisterForReflection
    @Schema(name = "MemoryBatchDeleted")
    public record Deleted(int deleted, List<String> missing) {}

    /** Steps that happen together or not at all, no two of them with the same key. */
    @Schema(name = "MemoryTransaction")
    public record Transaction(@NotNull List<@NotNull @Valid NewOperation> operations) {}

    /** What each step has done, in the order of the request. */
    @RegisterForReflection
    @Schema(name = "MemoryTransactionResult")
    public record Done(List<OperationResult> results) {}

    /** How many entries a clearing has deleted. */
    @RegisterForReflection
    @Schema(name = "MemoryCleared")
    public record Cleared(long deleted) {}

    /** What a garbage collection has removed. */
    @RegisterForReflection
    @Schema(name = "MemoryGarbage")
    public record Garbage(long expiredKeysCleaned, long lruEvictions, long totalKeysRemoved, long timeTakenMs) {}

    /**
     * Changes in the order of their commit.
     *
     * @param nextAfter what to send as {@code after} for what follows
     * @param truncated whether changes after the given number have been forgotten already
     */
    @RegisterForReflection
    @Schema(name = "MemoryChanges")
    public record Changes(List<ChangeView> items, long nextAfter, boolean truncated) {}
}
