package dev.evenkeel.identity.session;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/**
 * Somebody who signs in.
 *
 * @param username the username or the e-mail address, whatever the case
 */
public record SignIn(
        @NotBlank @Size(max = 254) String username,
        @NotNull @Size(min = 1, max = 512) String password) {
    /** Without the password. */
    @Override
    public String toString() {
        return "SignIn[]";
    }
}
