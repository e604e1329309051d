package dev.evenkeel.identity.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;

/** Requests of a user, month by month, the present one first. */
@RegisterForReflection
public record UsageView(UUID userId, List<Month> months) {
    /**
     * One month.
     *
     * @param month as in {@code 2026-01}, in UTC
     */
    @RegisterForReflection
    public record Month(String month, long apiRequests, long mcpRequests, long totalRequests) {}
}
