package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.jobs.JobView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of jobs. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobList(List<JobView> jobs, @Nullable String nextCursor) {
    static JobList of(Page<JobView> page) {
        return new JobList(page.items(), page.nextCursor());
    }
}
