package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.facade.RagKbQueue.Active;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The ingestion as rag-kb shows and steers it. */
@Path("/")
@Authenticated
public class RagKbIndexingResource {
    private static final String SUCCESS = "success";

    private final RagKbQueue queue;
    private final RagKbFolders folders;
    private final JsonBodies json;
    private final CurrentCaller caller;

    RagKbIndexingResource(RagKbQueue queue, RagKbFolders folders, JsonBodies json, CurrentCaller caller) {
        this.queue = queue;
        this.folders = folders;
        this.json = json;
        this.caller = caller;
    }

    /**
     * How folders are to be scanned.
     *
     * @param forceReindex whether to index again what has not changed
     */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Scan(@Nullable Boolean forceReindex) {
        static final Scan DEFAULT = new Scan(null);
    }

    /** A scan that has begun; its files are counted by other routes. */
    public record Scanning(String status, int indexedFiles, int totalChunks, String message) {}

    /** Scans the folders of the knowledge base. */
    @POST
    @Path("/index")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Scanning> index(byte @Nullable [] body) {
        Caller by = caller.get();
        Uni<Scan> wanted =
                body == null || body.length == 0 ? Uni.createFrom().item(Scan.DEFAULT) : json.read(body, Scan.class);
        return wanted.chain(scan -> {
            boolean force = Boolean.TRUE.equals(scan.forceReindex());
            return folders.scan(by, force)
                    .replaceWith(new Scanning(
                            SUCCESS,
                            0,
                            0,
                            "File scan started in background (force=" + force + "). Check /queue/jobs for progress."));
        });
    }

    /** What was done to the queue. */
    public record Steered(String status, String message, long queueSize) {}

    /** Lets documents wait. */
    @POST
    @Path("/indexing/pause")
    @Operation(hidden = true)
    public Uni<Steered> pause() {
        return queue.pause(caller.get(), true).map(status -> new Steered(SUCCESS, "Indexing paused", status.queued()));
    }

    /** Lets documents go on. */
    @POST
    @Path("/indexing/resume")
    @Operation(hidden = true)
    public Uni<Steered> resume() {
        return queue.pause(caller.get(), false)
                .map(status -> new Steered(SUCCESS, "Indexing resumed", status.queued()));
    }

    /** Cancels what waits. */
    @POST
    @Path("/indexing/clear")
    @Operation(hidden = true)
    public Uni<Steered> clear() {
        return queue.clear(caller.get()).map(status -> new Steered(SUCCESS, "Indexing queue cleared", status.queued()));
    }

    /** What was put in front. */
    public record Prioritised(String status, String message, long queueSize, boolean force) {}

    /** Puts a document in front of the others. */
    @POST
    @Path("/indexing/priority/{path:.+}")
    @Operation(hidden = true)
    public Uni<Prioritised> prioritise(
            @PathParam("path") String path, @QueryParam("force") @DefaultValue("false") boolean force) {
        return queue.prioritise(caller.get(), path, force)
                .map(done -> new Prioritised(
                        SUCCESS,
                        done.queued()
                                ? "Added " + path + " to queue with HIGH priority"
                                : path + " is indexed already and was not queued; force=true indexes it again",
                        done.status().queued(),
                        force));
    }

    /** How the queue is. */
    public record QueueStatus(long queueSize, boolean paused, boolean workerRunning, boolean indexingInProgress) {}

    /** How many documents wait, and whether they may go on. */
    @GET
    @Path("/indexing/status")
    @Operation(hidden = true)
    public Uni<QueueStatus> status() {
        return queue.status(caller.get())
                .map(status -> new QueueStatus(
                        status.queued(), status.paused(), status.working(), status.queued() + status.running() > 0));
    }

    /** The stages of the ingestion. */
    public record Stages(
            long inputQueueSize,
            boolean paused,
            boolean workerRunning,
            Sizes queueSizes,
            Names activeJobs,
            Workers workersRunning) {
        /** Documents that wait between the stages: none, a document goes through them at once. */
        public record Sizes(int chunk, int embed, int store) {}

        /** Documents that are being read and cut, and embedded; storing ends each of both. */
        @JsonInclude(JsonInclude.Include.ALWAYS)
        public record Names(
                List<String> chunk,
                List<String> embed,
                @Nullable String store) {}

        /** Whether the stages are worked at. */
        public record Workers(boolean chunk, boolean embed, boolean store) {}

        static Stages of(Active active) {
            boolean working = active.status().working();
            return new Stages(
                    active.status().queued(),
                    active.status().paused(),
                    working,
                    new Sizes(0, 0, 0),
                    new Names(active.reading(), active.embedding(), null),
                    new Workers(working, working, working));
        }
    }

    /** What is being indexed. */
    @GET
    @Path("/queue/jobs")
    @Operation(hidden = true)
    public Uni<Stages> jobs() {
        return queue.active(caller.get()).map(Stages::of);
    }
}
