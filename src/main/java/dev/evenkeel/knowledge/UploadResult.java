package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of the files of an upload, in their order. */
@RegisterForReflection
public record UploadResult(List<Item> items) {
    /** The state of a file that is empty on purpose, and no document. */
    static final String SKIPPED = "skipped";

    /**
     * One file.
     *
     * @param state the document's state; {@code rejected} with an error when the file cannot be taken, {@code quarantined} with an
     *     error when it is kept apart, {@code skipped} when it is empty on purpose, such as {@code __init__.py}
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
