package dev.evenkeel.identity.user;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What an administrator changes in an account; absent fields stay. */
public record UserChange(
        @Pattern(regexp = Usernames.PATTERN, message = Usernames.MESSAGE) @Nullable String username,

        @Email @Pattern(regexp = Usernames.EMAIL_PATTERN, message = Usernames.EMAIL_MESSAGE) @Nullable String email,

        @Size(max = 512) @Nullable String password,
        @Nullable Boolean active,
        @Nullable Boolean administrator) {
    /** Whether it could take away the last administrator. */
    boolean takesRights() {
        return Boolean.FALSE.equals(active) || Boolean.FALSE.equals(administrator);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "UserChange[]";
    }
}
