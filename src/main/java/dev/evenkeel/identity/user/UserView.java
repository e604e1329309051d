package dev.evenkeel.identity.user;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account as the API shows it. */
@RegisterForReflection
public record UserView(
        UUID id,
        String username,
        String email,
        boolean administrator,
        boolean active,
        int version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant signedInAt) {}
