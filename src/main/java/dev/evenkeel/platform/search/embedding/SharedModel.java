package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.embedding.model2vec.StaticModel;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A model's files, read once by a worker for all who ask; after a failure again at the earliest ten seconds later. */
final class SharedModel {
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Offload offload;
    private final Callable<StaticModel> load;
    private @Nullable Uni<StaticModel> loading;
    private long failedAtNanos;
    private boolean failed;
    private volatile boolean loaded;

    SharedModel(Offload offload, Callable<StaticModel> load) {
        this.offload = offload;
        this.load = load;
    }

    /** The model, on the context of whoever asks. */
    Uni<StaticModel> get() {
        Context context = Vertx.currentContext();
        Uni<StaticModel> shared = present();
        return context == null ? shared : shared.emitOn(task -> context.runOnContext(ignored -> task.run()));
    }

    /** Whether it is in memory. */
    boolean isLoaded() {
        return loaded;
    }

    private synchronized Uni<StaticModel> present() {
        Uni<StaticModel> present = loading;
        boolean again = failed && System.nanoTime() - failedAtNanos > PAUSE_NANOS;
        if (present == null || again) {
            failed = false;
            present = offload.bulk(load)
                    .invoke(model -> loaded = true)
                    .onFailure()
                    .invoke(this::noteFailure)
                    .memoize()
                    .indefinitely();
            loading = present;
        }
        return present;
    }

    private synchronized void noteFailure() {
        failed = true;
        failedAtNanos = System.nanoTime();
    }
}
