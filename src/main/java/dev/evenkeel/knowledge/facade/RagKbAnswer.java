package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.SearchView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question as rag-kb's clients read it.
 *
 * @param query the question
 * @param totalResults the number of results given
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RagKbAnswer(List<Result> results, String query, int totalResults) {
    /**
     * One passage.
     *
     * @param source the name of its file, without folders
     * @param page its first page, where there are pages
     * @param score orders the results of one answer
     * @param metadata nothing, as there
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Result(
            String content,
            String source,
            @Nullable Integer page,
            double score,
            @Nullable Map<String, Object> metadata) {
        static Result of(SearchView.Result found) {
            String path = found.sourcePath();
            String name = path == null ? found.title() : path.substring(path.lastIndexOf('/') + 1);
            return new Result(found.content(), name, found.pageFrom(), found.score(), null);
        }
    }

    static RagKbAnswer of(String query, List<SearchView.Result> found) {
        return new RagKbAnswer(found.stream().map(Result::of).toList(), query, found.size());
    }
}
