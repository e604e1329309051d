package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.identity.token.TokenView;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of tokens, without their secrets. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenList(List<TokenView> tokens, @Nullable String nextCursor) {
    static TokenList of(Page<TokenView> page) {
        return new TokenList(page.items(), page.nextCursor());
    }
}
