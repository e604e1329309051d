package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** The job that does what was asked for. */
@RegisterForReflection
public record QueuedJob(UUID jobId) {}
