package dev.evenkeel.mcp;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Whether there was a memory to forget. */
@RegisterForReflection
public record Forgotten(String namespace, String key, boolean deleted) {}
