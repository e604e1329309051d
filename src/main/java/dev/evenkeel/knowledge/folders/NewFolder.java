package dev.evenkeel.knowledge.folders;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder on the disk of the service that a collection is to follow.
 *
 * @param path absolute, below one of {@code evenkeel.knowledge.folders.allowed-roots}
 * @param pathPrefix stands before the path of each file in the path of its document, so that several folders of a collection
 *     do not meet; empty when absent
 * @param ignoreRules lines as in a {@code .gitignore} file at the root; they decide before all other rules
 * @param defaultRules whether hidden files, dependencies, what builds make, secrets and lock files are left out; true when
 *     absent
 * @param gitignore whether the {@code .gitignore} files of the folder count; true when absent
 * @param paused whether nothing is done yet
 */
public record NewFolder(
        @NotNull @Size(min = 1, max = 1024) String path,
        @Size(max = 255) @Nullable String pathPrefix,
        @Size(max = 200) @Nullable List<@NotNull @Size(max = 250) String> ignoreRules,
        @Nullable Boolean defaultRules,
        @Nullable Boolean gitignore,
        @Nullable Boolean paused) {}
