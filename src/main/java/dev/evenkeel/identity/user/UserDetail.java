package dev.evenkeel.identity.user;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account as an administrator sees it, with what hangs on it. */
@RegisterForReflection
public record UserDetail(
        UUID id,
        String username,
        String email,
        boolean administrator,
        boolean active,
        int version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant signedInAt,
        long sessionsOpen,
        long personalTokensActive,
        long personalTokensInactive,
        long collectionTokensActive,
        long collectionTokensInactive) {}
