package dev.evenkeel.knowledge.maintenance;

import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What maintenance is to do.
 *
 * @param dryRun whether to report only; required by whatever can change something
 * @param remove of duplicates: {@code documents} removes documents that have the same content as an older one
 * @param documentIds of re-chunk: these documents, whatever settings they were cut by
 * @param all of re-chunk: every document, also those that were cut by the present settings
 */
public record MaintenanceRequest(
        @Nullable Boolean dryRun,
        @Size(max = 20) @Nullable String remove,
        @Size(min = 1, max = 1_000) @Nullable List<@jakarta.validation.constraints.NotNull UUID> documentIds,
        @Nullable Boolean all) {
    static final MaintenanceRequest EMPTY = new MaintenanceRequest(null, null, null, null);
}
