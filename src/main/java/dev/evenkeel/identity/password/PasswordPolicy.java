package dev.evenkeel.identity.password;

import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** What a new password must be: long enough, not known to everybody, not the name of its account. */
@Singleton
public class PasswordPolicy {
    public static final int MIN_LENGTH = 8;
    public static final int MAX_LENGTH = 128;

    private final CommonPasswords common;

    PasswordPolicy(CommonPasswords common) {
        this.common = common;
    }

    /**
     * Checks a password that somebody has chosen.
     *
     * @param field the field of the request, for the answer
     * @throws ProblemException (as failure) 400 when it is not acceptable
     */
    public Uni<Void> check(String field, String password, String username, String email) {
        int length = password.codePointCount(0, password.length());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return refuse(field, "must have " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
        }
        if (password.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            return refuse(field, "must not hold half of a surrogate pair");
        }
        if (password.equalsIgnoreCase(username) || password.equalsIgnoreCase(email)) {
            return refuse(field, "must not be the username or the e-mail address");
        }
        return common.contains(password)
                .chain(found -> found
                        ? refuse(field, "is one of the most common passwords")
                        : Uni.createFrom().voidItem());
    }

    private static Uni<Void> refuse(String field, String message) {
        return Uni.createFrom().failure(ProblemException.invalid(field, message));
    }
}
