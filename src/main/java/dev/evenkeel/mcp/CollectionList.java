package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.CollectionView;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of collections. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CollectionList(
        List<CollectionView> collections, @Nullable String nextCursor) {
    static CollectionList of(Page<CollectionView> page) {
        return new CollectionList(page.items(), page.nextCursor());
    }
}
