package dev.evenkeel.knowledge.maintenance;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of a stage came to.
 *
 * @param findings what it found
 * @param counts to be added to those of the report
 * @param next where the next batch begins; null when the stage is done
 */
record Progress(
        List<Finding> findings,
        Map<String, Long> counts,
        @Nullable JsonObject next) {

    static Progress done() {
        return new Progress(List.of(), Map.of(), null);
    }

    static Progress counted(Map<String, Long> counts, @Nullable JsonObject next) {
        return new Progress(List.of(), counts, next);
    }
}
