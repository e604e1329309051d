package dev.evenkeel.mcp;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.jobs.JobFilter;
import dev.evenkeel.platform.jobs.JobService;
import dev.evenkeel.platform.jobs.JobView;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolGuardrails;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Long work: other tools name the job that does it, these follow and end it. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class JobTools {
    private final JobService jobs;
    private final CurrentCaller caller;

    JobTools(JobService jobs, CurrentCaller caller) {
        this.jobs = jobs;
        this.caller = caller;
    }

    /** How far a job is. */
    @Tool(
            name = "job_status",
            title = "Job status",
            description = "State, progress by stage, attempts and error of a job. States: queued, running, succeeded,"
                    + " failed, cancelled; the last three are final. Ask again after some seconds while it runs.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<JobView> status(
            @ToolArg(name = "job_id", description = "The job_id that another tool returned.") UUID jobId) {
        return jobs.detail(caller.get().reading(), jobId);
    }

    /** Jobs, newest first. */
    @Tool(
            name = "job_list",
            title = "List jobs",
            description = "Jobs that work or worked on your documents, newest first.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<JobList> list(
            @ToolArg(
                            name = "state",
                            description = "Only jobs in this state: queued, running, succeeded, failed or cancelled.",
                            required = false)
                    @Nullable String state,
            @ToolArg(name = "document_id", description = "Only jobs that work on this document.", required = false)
                    @Nullable UUID documentId,
            @ToolArg(name = "limit", description = "Most jobs to return.", defaultValue = "20", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor) {
        String subject = documentId == null ? null : documentId.toString();
        return jobs.list(JobFilter.of(caller.get().reading(), null, state, subject), limit, cursor)
                .map(JobList::of);
    }

    /** Ends a job. */
    @Tool(
            name = "job_cancel",
            title = "Cancel a job",
            description = "Cancels a job: a queued one at once, a running one at its next step. What was searchable"
                    + " before it began stays so.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<JobView> cancel(@ToolArg(name = "job_id", description = "The job to cancel.") UUID jobId) {
        return jobs.cancel(caller.get().writing(), jobId);
    }
}
