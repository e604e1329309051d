package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.jobs.JobView.AttemptView;
import dev.evenkeel.platform.jobs.JobView.ErrorView;
import dev.evenkeel.platform.jobs.JobView.StageView;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns stored jobs into what the API shows. */
@ApplicationScoped
class JobViews {
    private final JobHandlers handlers;

    JobViews(JobHandlers handlers) {
        this.handlers = handlers;
    }

    JobView of(Job job) {
        return of(job, null);
    }

    JobView of(Job job, @Nullable List<JobAttempt> attempts) {
        Map<String, StageProgress.Stage> progress =
                StageProgress.ofJson(job.progress).stages();
        String current = latest(progress);
        boolean queued = job.state.equals(JobState.QUEUED.label());
        boolean running = job.state.equals(JobState.RUNNING.label());
        return new JobView(
                job.id,
                job.kind,
                job.state,
                JobPriority.ofRank(job.priority).label(),
                job.subjectId,
                job.uniqueKey,
                job.attempt,
                job.failures,
                job.maxAttempts,
                running && job.cancelRequested,
                current,
                stages(job, progress, current),
                job.createdAt,
                queued ? job.runAt : null,
                job.startedAt,
                job.finishedAt,
                error(job.errorCode, job.errorMessage),
                attempts == null
                        ? null
                        : attempts.stream().map(JobViews::attempt).toList());
    }

    private static @Nullable String latest(Map<String, StageProgress.Stage> progress) {
        String latest = null;
        long latestMs = Long.MIN_VALUE;
        for (Map.Entry<String, StageProgress.Stage> stage : progress.entrySet()) {
            if (stage.getValue().updatedMs() >= latestMs) {
                latest = stage.getKey();
                latestMs = stage.getValue().updatedMs();
            }
        }
        return latest;
    }

    private List<StageView> stages(Job job, Map<String, StageProgress.Stage> progress, @Nullable String current) {
        Set<String> names = new LinkedHashSet<>(handlers.stages(job.kind));
        names.addAll(progress.keySet());
        boolean succeeded = job.state.equals(JobState.SUCCEEDED.label());
        List<StageView> views = new ArrayList<>();
        for (String name : names) {
            StageProgress.Stage stage = progress.get(name);
            boolean open = !succeeded && (stage == null || name.equals(current));
            views.add(stage == null ? pending(name, succeeded) : view(name, stage, open));
        }
        return views;
    }

    private static StageView pending(String name, boolean succeeded) {
        return new StageView(name, succeeded ? "done" : "pending", 0, 0, null, null, null, null);
    }

    private static StageView view(String name, StageProgress.Stage stage, boolean open) {
        boolean running = open && (stage.total() == 0 || stage.done() < stage.total());
        return new StageView(
                name,
                running ? "running" : "done",
                stage.done(),
                stage.total(),
                stage.ratePerS(),
                running ? stage.etaS() : null,
                Instant.ofEpochMilli(stage.startedMs()),
                Instant.ofEpochMilli(stage.updatedMs()));
    }

    private static AttemptView attempt(JobAttempt attempt) {
        return new AttemptView(
                attempt.attempt,
                attempt.startedAt,
                attempt.finishedAt,
                attempt.outcome,
                error(attempt.errorCode, attempt.errorMessage));
    }

    private static @Nullable ErrorView error(@Nullable String code, @Nullable String message) {
        return code == null ? null : new ErrorView(code, message == null ? code : message);
    }
}
