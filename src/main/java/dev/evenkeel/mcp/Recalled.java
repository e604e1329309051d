package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** The memory of a key, if there is one. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Recalled(boolean found, @Nullable Memory memory) {
    static final Recalled NOTHING = new Recalled(false, null);

    static Recalled of(Memory memory) {
        return new Recalled(true, memory);
    }
}
