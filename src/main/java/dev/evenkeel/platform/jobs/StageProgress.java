package dev.evenkeel.platform.jobs;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far each stage of one attempt has come; immutable. */
record StageProgress(Map<String, Stage> stages) {
    /** Time constant of the rate: what happened this long ago counts 1/e of what happens now. */
    private static final double RATE_MEMORY_S = 30;

    static final StageProgress NONE = new StageProgress(Map.of());

    /**
     * One stage.
     *
     * @param done units done
     * @param total units in all, 0 while unknown
     * @param ratePerS recent units per second; null until two points are known
     */
    record Stage(long done, long total, @Nullable Double ratePerS, long startedMs, long updatedMs) {
        /** Seconds until the stage is done at its recent rate; null when that cannot be told. */
        @Nullable Double etaS() {
            return ratePerS == null || ratePerS <= 0 || total <= done ? null : (total - done) / ratePerS;
        }
    }

    /**
     * Progress after a report.
     *
     * @param startedMs when the attempt, or its previous stage, was here
     * @param fromZero whether a stage without an earlier report began at 0 units; a repeated attempt may have resumed
     */
    StageProgress with(String name, long done, long total, long startedMs, long nowMs, boolean fromZero) {
        Stage before = stages.get(name);
        Stage after;
        if (before == null) {
            Double rate = fromZero ? rate(null, done, nowMs - startedMs) : null;
            after = new Stage(done, total, rate, startedMs, nowMs);
        } else {
            Double rate = rate(before.ratePerS(), done - before.done(), nowMs - before.updatedMs());
            after = new Stage(done, total, rate, before.startedMs(), nowMs);
        }
        Map<String, Stage> all = new LinkedHashMap<>(stages);
        all.put(name, after);
        return new StageProgress(all);
    }

    /** Exponentially weighted moving average over irregular intervals, with weight {@code 1 - exp(-dt / memory)}. */
    private static @Nullable Double rate(@Nullable Double before, long units, long elapsedMs) {
        if (elapsedMs <= 0 || units < 0) {
            return before;
        }
        double elapsedS = elapsedMs / 1000.0;
        double now = units / elapsedS;
        return before == null ? now : before + (1 - Math.exp(-elapsedS / RATE_MEMORY_S)) * (now - before);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        stages.forEach((name, stage) -> json.put(
                name,
                new JsonObject()
                        .put("done", stage.done())
                        .put("total", stage.total())
                        .put("rate", stage.ratePerS())
                        .put("started_ms", stage.startedMs())
                        .put("updated_ms", stage.updatedMs())));
        return json;
    }

    static StageProgress ofJson(JsonObject json) {
        Map<String, Stage> stages = new LinkedHashMap<>();
        for (String name : json.fieldNames()) {
            JsonObject stage = json.getJsonObject(name);
            stages.put(
                    name,
                    new Stage(
                            stage.getLong("done"),
                            stage.getLong("total"),
                            stage.getDouble("rate"),
                            stage.getLong("started_ms"),
                            stage.getLong("updated_ms")));
        }
        return new StageProgress(stages);
    }
}
