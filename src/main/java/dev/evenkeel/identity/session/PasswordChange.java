package dev.evenkeel.identity.session;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A user's new password, with the present one as proof. */
public record PasswordChange(
        @NotNull @Size(max = 512) String currentPassword,
        @NotNull @Size(max = 512) String newPassword) {
    /** Without the passwords. */
    @Override
    public String toString() {
        return "PasswordChange[]";
    }
}
