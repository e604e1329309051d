package dev.evenkeel.knowledge;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the archive of a backup has. */
public final class BackupTally {
    private final AtomicInteger documents = new AtomicInteger();
    private final AtomicInteger leftOut = new AtomicInteger();
    private volatile boolean complete = true;

    /** The last that was named as left out; a document is dealt with to its end before the next begins. */
    private volatile @Nullable UUID named;

    /** Whether it has the content of every document that has any, as it was. */
    public boolean isComplete() {
        return complete;
    }

    /** Documents that are not in it, or not as they were; those among them of which nothing is stored leave it complete. */
    public int leftOut() {
        return leftOut.get();
    }

    /** Counts a document that is in it. */
    void takeIn() {
        documents.incrementAndGet();
    }

    /** Counts a document that is left out; false when it has been. */
    boolean leaveOut(UUID id, BackupOmission why) {
        if (id.equals(named)) {
            return false;
        }
        named = id;
        leftOut.incrementAndGet();
        if (why != BackupOmission.NO_CONTENT) {
            complete = false;
        }
        return true;
    }

    JsonObject json() {
        return new JsonObject()
                .put("documents", documents.get())
                .put("complete", complete)
                .put("left_out", leftOut.get());
    }
}
