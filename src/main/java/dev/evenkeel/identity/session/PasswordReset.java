package dev.evenkeel.identity.session;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A new password, with the permission that was sent. */
public record PasswordReset(
        @NotNull @Size(max = 100) String token,
        @NotNull @Size(max = 512) String newPassword) {
    /** Without the token and the password. */
    @Override
    public String toString() {
        return "PasswordReset[]";
    }
}
