package dev.evenkeel.mcp;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.identity.token.IssuedToken;
import dev.evenkeel.identity.token.NewToken;
import dev.evenkeel.identity.token.TokenChange;
import dev.evenkeel.knowledge.CollectionTokenService;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolGuardrails;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens by which collections are shared. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class SharingTools {
    private static final int MAX_DAYS = 365;

    private final CollectionTokenService tokens;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    SharingTools(CollectionTokenService tokens, CurrentCaller caller, CurrentOrigin origin) {
        this.tokens = tokens;
        this.caller = caller;
        this.origin = origin;
    }

    /** What a token for a collection may do. */
    public enum Permission {
        /** Search and read. */
        read,
        /** Also store, change and delete documents. */
        read_write;

        List<String> scopes() {
            return this == read ? List.of("read") : List.of("read", "write");
        }
    }

    /** Issues a token. */
    @Tool(
            name = "create_collection_access_token",
            title = "Share a collection",
            description = "Issues a token by which somebody else can use one collection, and nothing besides. The token"
                    + " is shown in this answer only: hand it to the person who asked for it.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = false,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<IssuedToken> create(
            @ToolArg(name = "collection_id", description = "The collection to share.") UUID collectionId,
            @ToolArg(name = "label", description = "For whom or what the token is.") @NotBlank @Size(max = 100) String label,
            @ToolArg(name = "permission", description = "read or read_write.", defaultValue = "read", required = false)
                    Permission permission,
            @ToolArg(
                            name = "expires_in_days",
                            description = "Days until it expires.",
                            defaultValue = "90",
                            required = false)
                    @Min(1) @Max(MAX_DAYS) int expiresInDays) {
        NewToken wanted = new NewToken(label, permission.scopes(), expiresInDays);
        return tokens.issue(caller.get(), collectionId, wanted, origin.get());
    }

    /** The tokens of a collection. */
    @Tool(
            name = "list_collection_access_tokens",
            title = "List tokens of a collection",
            description = "The tokens by which a collection is shared, newest first, without their secrets.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<TokenList> list(
            @ToolArg(name = "collection_id", description = "The collection.") UUID collectionId,
            @ToolArg(name = "limit", description = "Most tokens to return.", defaultValue = "50", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor) {
        return tokens.list(caller.get(), collectionId, limit, cursor).map(TokenList::of);
    }

    /** Ends a token. */
    @Tool(
            name = "revoke_collection_access_token",
            title = "Revoke a token",
            description = "Ends a token of a collection for good; it is refused from then on.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Deleted> revoke(@ToolArg(name = "token_id", description = "The token's id.") UUID tokenId) {
        return tokens.revoke(caller.get(), tokenId, origin.get()).replaceWith(() -> Deleted.of(tokenId));
    }

    /** Gives a token a new secret. */
    @Tool(
            name = "rotate_collection_access_token",
            title = "Rotate a token",
            description =
                    "Gives a token of a collection a new secret, shown in this answer only; the old one is refused"
                            + " from then on.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = false,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<IssuedToken> rotate(@ToolArg(name = "token_id", description = "The token's id.") UUID tokenId) {
        return tokens.rotate(caller.get(), tokenId, TokenChange.NONE, origin.get());
    }
}
