package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.knowledge.quarantine.QuarantineItemView;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Refused files as rag-kb shows them. */
@Path("/api/security")
@Authenticated
public class RagKbSecurityResource {
    /** An entry of a list is at most about this large as JSON. */
    private static final int ENTRY_JSON_BYTES = 2 * 1024;

    private static final String SUCCESS = "success";

    private final RagKbQuarantine quarantine;
    private final JsonBodies json;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    RagKbSecurityResource(RagKbQuarantine quarantine, JsonBodies json, CurrentCaller caller, CurrentOrigin origin) {
        this.quarantine = quarantine;
        this.json = json;
        this.caller = caller;
        this.origin = origin;
    }

    /** Files that were refused. */
    @RegisterForReflection
    public record RejectedFiles(long total, List<Item> rejected) {
        /** One of them. */
        @RegisterForReflection
        public record Item(
                String filePath, String reason, String validationCheck, boolean quarantined, Instant rejectedAt) {}
    }

    /** Files that were refused, those in quarantine among them. */
    @GET
    @Path("/rejected")
    @Operation(hidden = true)
    public Uni<Response> rejected() {
        return quarantine
                .rejected(caller.get())
                .chain(found -> json.writeBuilt(
                        () -> new RejectedFiles(
                                found.total(),
                                found.items().stream()
                                        .map(file -> new RejectedFiles.Item(
                                                file.filePath(),
                                                "Validation failed (" + file.code() + "): " + file.reason(),
                                                file.code(),
                                                file.quarantined(),
                                                file.at()))
                                        .toList()),
                        (long) found.items().size() * ENTRY_JSON_BYTES));
    }

    /** Files in quarantine. */
    @RegisterForReflection
    public record HeldFiles(long total, List<Item> quarantined) {
        /** One of them. */
        @RegisterForReflection
        public record Item(
                String filename,
                String originalPath,
                String reason,
                String validationCheck,
                String severity,
                String fileHash,
                Instant quarantinedAt) {
            static Item of(QuarantineItemView item) {
                String path = item.sourcePath() == null ? item.title() : item.sourcePath();
                return new Item(
                        path.substring(path.lastIndexOf('/') + 1),
                        path,
                        item.found() + " " + item.advice(),
                        item.rule(),
                        item.severity(),
                        item.contentHash(),
                        item.heldAt());
            }
        }
    }

    /** Files in quarantine, newest first. */
    @GET
    @Path("/quarantine")
    @Operation(hidden = true)
    public Uni<Response> held() {
        return quarantine.held(caller.get()).chain(found -> {
            List<HeldFiles.Item> items =
                    found.items().stream().map(HeldFiles.Item::of).toList();
            return json.write(new HeldFiles(found.total(), items), (long) items.size() * ENTRY_JSON_BYTES);
        });
    }

    /**
     * What is to be restored.
     *
     * @param filename path of the file, or its name
     */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Restoring(@NotBlank @Size(max = 1024) String filename) {}

    /** A file that was restored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Restored(
            String status,
            String filename,
            boolean restored,
            String message,
            @Nullable UUID jobId) {}

    /** Restores a file. */
    @POST
    @Path("/quarantine/restore")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Uni<Restored> restore(byte @Nullable [] body) {
        Caller by = caller.get();
        Origin from = origin.get();
        return json.read(body, Restoring.class)
                .chain(wanted -> quarantine.restore(by, wanted.filename(), from).map(done -> {
                    boolean queued = done.rule() == null;
                    return new Restored(
                            SUCCESS,
                            wanted.filename(),
                            queued,
                            queued
                                    ? "Restored and queued for indexing"
                                    : "Another rule holds it now (" + done.rule() + "): " + done.found(),
                            done.jobId());
                }));
    }

    /**
     * What is to be purged.
     *
     * @param olderThanDays what has been held for so many days, default 30
     * @param dryRun only count
     */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Purging(
            @Min(0) @Max(36_500) @Nullable Integer olderThanDays,
            @Nullable Boolean dryRun) {
        private static final int DEFAULT_DAYS = 30;

        static final Purging DEFAULT = new Purging(null, null);

        int days() {
            return olderThanDays == null ? DEFAULT_DAYS : olderThanDays;
        }
    }

    /** What was purged. */
    public record PurgedFiles(String status, boolean dryRun, long purged, long bytes, String message) {}

    /** Removes what has been held for long. */
    @POST
    @Path("/quarantine/purge")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<PurgedFiles> purge(byte @Nullable [] body) {
        Caller by = caller.get();
        Origin from = origin.get();
        Uni<Purging> order = body == null || body.length == 0
                ? Uni.createFrom().item(Purging.DEFAULT)
                : json.read(body, Purging.class);
        return order.chain(wanted -> quarantine.purge(by, wanted.days(), Boolean.TRUE.equals(wanted.dryRun()), from))
                .map(done -> new PurgedFiles(
                        SUCCESS,
                        done.dryRun(),
                        done.items(),
                        done.bytes(),
                        (done.dryRun() ? "Would purge " : "Purged ") + done.items() + " files"));
    }
}
