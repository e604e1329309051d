package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.memory.EntryView;
import dev.evenkeel.memory.JsonText;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was remembered; {@code content} is the text, or JSON when something else was stored. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Memory(
        String namespace,
        String key,
        String content,
        boolean truncated,
        Instant updatedAt,
        @Nullable Instant expiresAt) {
    /** An agent's context holds no more of one memory than this. */
    static final int MAX_CONTENT_LENGTH = 64_000;

    static Memory of(String namespace, EntryView entry) {
        String content = JsonText.plain(entry.value() == null ? "" : entry.value(), MAX_CONTENT_LENGTH);
        return new Memory(
                namespace,
                entry.key(),
                content,
                content.length() == MAX_CONTENT_LENGTH,
                entry.updatedAt(),
                entry.expiresAt());
    }
}
