package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.memory.EntryView;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of memories. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemoryList(List<Memory> memories, @Nullable String nextCursor) {
    static MemoryList of(String namespace, Page<EntryView> page) {
        return new MemoryList(
                page.items().stream().map(entry -> Memory.of(namespace, entry)).toList(), page.nextCursor());
    }
}
