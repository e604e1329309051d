package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The health of the knowledge base.
 *
 * @param status always {@code healthy}: whoever reads it got an answer; readiness is at {@code /q/health/ready}
 * @param model the embedding model, or {@code none}
 * @param memoryMb heap in use, in megabytes
 */
@RegisterForReflection
public record HealthView(
        String status,
        long indexedDocuments,
        long totalChunks,
        String model,
        boolean indexingInProgress,
        double memoryMb) {}
