package dev.evenkeel.platform.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt ended without success, fit to be stored and shown.
 *
 * @param code a stable name, for programs
 * @param message for a person; at most 2000 characters
 */
record JobError(String code, String message) {
    private static final int MAX_MESSAGE_LENGTH = 2000;

    static JobError of(String code, @Nullable String message) {
        String text = message == null ? code : message.replace("\u0000", "");
        return new JobError(code, text.length() > MAX_MESSAGE_LENGTH ? text.substring(0, MAX_MESSAGE_LENGTH) : text);
    }
}
