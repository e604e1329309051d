package dev.evenkeel.identity.user;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * Somebody who registers.
 *
 * @param username unique whatever its case
 * @param email unique whatever its case
 * @param password 8 to 128 characters
 */
public record NewUser(
        @NotNull @Pattern(regexp = Usernames.PATTERN, message = Usernames.MESSAGE) String username,

        @NotNull @Email @Pattern(regexp = Usernames.EMAIL_PATTERN, message = Usernames.EMAIL_MESSAGE) String email,

        @NotNull @Size(max = 512) String password) {
    /** Without the password. */
    @Override
    public String toString() {
        return "NewUser[" + username + "]";
    }
}
