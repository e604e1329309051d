package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Caller;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Who listens to a stream.
 *
 * @param principal what streams are counted by
 * @param filter what the listener wants to see of what is within reach
 * @param credential verifies again what the listener showed; fails when it is not valid any more
 */
record JobAudience(String principal, JobFilter filter, Supplier<Uni<Caller>> credential) {}
