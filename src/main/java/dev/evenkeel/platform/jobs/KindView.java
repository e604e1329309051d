package dev.evenkeel.platform.jobs;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A kind of job.
 *
 * @param paused whether its queued jobs stay in the queue
 * @param queued jobs that wait
 * @param running jobs that run, in any replica
 * @param failed dead jobs
 * @param oldestQueuedAgeS seconds that the oldest job that could run has waited; 0 when there is none
 */
@RegisterForReflection
public record KindView(String kind, boolean paused, long queued, long running, long failed, double oldestQueuedAgeS) {}
