package dev.evenkeel.identity.user;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * An account that an administrator makes.
 *
 * @param username unique whatever its case
 * @param email unique whatever its case
 * @param password 8 to 128 characters; tell it to the user, who should change it
 * @param administrator whether it is one; false when absent
 */
public record NewAccount(
        @NotNull @Pattern(regexp = Usernames.PATTERN, message = Usernames.MESSAGE) String username,

        @NotNull @Email @Pattern(regexp = Usernames.EMAIL_PATTERN, message = Usernames.EMAIL_MESSAGE) String email,

        @NotNull @Size(max = 512) String password,
        @Nullable Boolean administrator) {
    NewUser user() {
        return new NewUser(username, email, password);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "NewAccount[" + username + "]";
    }
}
