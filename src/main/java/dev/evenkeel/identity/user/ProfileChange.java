package dev.evenkeel.identity.user;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** What a user changes in the own account; absent fields stay. */
public record ProfileChange(
        @Pattern(regexp = Usernames.PATTERN, message = Usernames.MESSAGE) @Nullable String username,

        @Email @Pattern(regexp = Usernames.EMAIL_PATTERN, message = Usernames.EMAIL_MESSAGE) @Nullable String email) {
    UserChange change() {
        return new UserChange(username, email, null, null, null);
    }
}
