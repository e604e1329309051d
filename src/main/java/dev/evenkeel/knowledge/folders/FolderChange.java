package dev.evenkeel.knowledge.folders;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be different about a folder; what is absent stays. See {@link NewFolder}. */
public record FolderChange(
        @Nullable Boolean paused,
        @Size(max = 200) @Nullable List<@NotNull @Size(max = 250) String> ignoreRules,
        @Nullable Boolean defaultRules,
        @Nullable Boolean gitignore) {}
