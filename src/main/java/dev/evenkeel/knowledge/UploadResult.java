package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of the files of an upload, in their order. */
@RegisterForReflection
public record UploadResult(List<Item> items) {
    /**
     * One file.
     *
     * @param state the document's state; {@code rejected} with an error when the file cannot be taken
     * @param duplicate whether the same content was there already, so that nothing is to be done
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            String sourcePath,
            String state,
            boolean duplicate,
            @Nullable UUID documentId,
            @Nullable UUID jobId,
            DocumentView.@Nullable ErrorView error) {}
}
