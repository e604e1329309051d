package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A memory that was stored; {@code replaced} says that the key had another before. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Remembered(
        String namespace,
        String key,
        long version,
        boolean replaced,
        @Nullable Instant expiresAt) {}
