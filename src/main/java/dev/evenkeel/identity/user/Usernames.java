package dev.evenkeel.identity.user;

/** The form of the names of accounts. A username has no {@code @}, so it is never somebody's e-mail address. */
public final class Usernames {
    public static final String PATTERN = "[A-Za-z0-9._-]{3,100}";
    public static final String MESSAGE = "must have 3 to 100 characters, of letters, digits, '.', '_' and '-'";

    /** Beyond what {@code @Email} checks: nothing that cannot be stored or breaks a header of a mail. */
    public static final String EMAIL_PATTERN = "[\\x21-\\x7e]{3,254}";

    public static final String EMAIL_MESSAGE = "must be an e-mail address of 3 to 254 ASCII characters";

    private Usernames() {}
}
