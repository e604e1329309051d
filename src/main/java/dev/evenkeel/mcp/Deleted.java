package dev.evenkeel.mcp;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** What is gone now. */
@RegisterForReflection
public record Deleted(UUID id, boolean deleted) {
    static Deleted of(UUID id) {
        return new Deleted(id, true);
    }
}
