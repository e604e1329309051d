package dev.evenkeel.knowledge.quarantine;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What was purged from quarantine, or would be.
 *
 * @param items how many contents
 * @param bytes their size
 */
@RegisterForReflection
public record Purged(boolean dryRun, long items, long bytes) {}
