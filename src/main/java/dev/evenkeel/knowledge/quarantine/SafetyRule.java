package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Rules whose finding puts content into quarantine, in the order in which they are applied. */
public enum SafetyRule {
    EXECUTABLE(
            ExtractionCode.EXECUTABLE,
            Severity.CRITICAL,
            "Programs are no documents: purge it, unless it was sent on purpose and can be read as what it is called."),
    WRONG_MAGIC(
            ExtractionCode.WRONG_MAGIC,
            Severity.WARNING,
            "Send it again under a name that fits its content, or restore it to have it read by its content."),
    ARCHIVE_BOMB(
            ExtractionCode.ARCHIVE_BOMB,
            Severity.CRITICAL,
            "Send what is in it file by file; a document can be restored: its ratio is then not looked at, but the limits"
                    + " on entries, bytes and time are."),
    NESTED_ARCHIVE(
            ExtractionCode.NESTED_ARCHIVE, Severity.WARNING, "Send the inner archive by itself, or the files in it."),
    DENIED_CONTENT(
            ExtractionCode.DENIED_CONTENT,
            Severity.CRITICAL,
            "Purge it; whoever runs the service has forbidden exactly this content, and knows why. Only an administrator can"
                    + " restore it."),
    MALWARE(
            ExtractionCode.MALWARE,
            Severity.CRITICAL,
            "Purge it and find out where it came from; an administrator can restore it if it is known to be harmless.");

    /** How bad a finding is. */
    public enum Severity {
        /** May do harm. */
        CRITICAL,
        /** Is not what it says. */
        WARNING;

        /** The name in the API and the database. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The severity of a name. */
        public static Optional<Severity> ofWireName(String name) {
            return Arrays.stream(values())
                    .filter(severity -> severity.wireName().equals(name))
                    .findFirst();
        }
    }

    private final ExtractionCode code;
    private final Severity severity;
    private final String advice;

    SafetyRule(ExtractionCode code, Severity severity, String advice) {
        this.code = code;
        this.severity = severity;
        this.advice = advice;
    }

    /** The rule's name, which is also the code of the document's error. */
    public String wireName() {
        return code.wireName();
    }

    public Severity severity() {
        return severity;
    }

    /** Whether only an administrator may decide that the rule is not to be applied; of the others the owner may, too. */
    public boolean isForAdministrators() {
        return this == DENIED_CONTENT || this == MALWARE;
    }

    /** What the owner can do about it. */
    public String advice() {
        return advice;
    }

    /** The rule of a name or error code; empty for what does not lead to quarantine. */
    public static Optional<SafetyRule> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.wireName().equals(name))
                .findFirst();
    }
}
