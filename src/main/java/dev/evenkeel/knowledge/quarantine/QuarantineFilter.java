package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.platform.http.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which content in quarantine a list shows; null means any. */
public record QuarantineFilter(
        @Nullable UUID collectionId,
        @Nullable String rule,
        @Nullable String severity) {
    public QuarantineFilter {
        if (rule != null && SafetyRule.ofWireName(rule).isEmpty()) {
            throw ProblemException.invalid("rule", "is not a safety rule");
        }
        if (severity != null && SafetyRule.Severity.ofWireName(severity).isEmpty()) {
            throw ProblemException.invalid("severity", "is one of critical, warning");
        }
    }
}
