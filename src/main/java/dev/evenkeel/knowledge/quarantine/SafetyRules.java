package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.StartupCheck;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at content before anything reads it. What only unpacking shows, such as an archive that is a bomb, is found by those who
 * unpack. Touches no disk after the start.
 */
@Singleton
public class SafetyRules implements StartupCheck {
    /** A larger list is a mistake. */
    private static final long MAX_LIST_BYTES = 64L << 20;

    /** The EICAR test file: 68 characters, then nothing but whitespace, 128 characters in all. In two parts, so that this is none. */
    private static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

    private static final int MAX_EICAR_LENGTH = 128;

    /** Names that projects give to files that are empty on purpose. */
    private static final Set<String> PLACEHOLDERS = Set.of("__init__.py", "__init__.pyi", ".gitkeep", ".keep");

    private final ContentHashes denied = new ContentHashes();
    private final ContentHashes allowed = new ContentHashes();
    private final List<String> findings = new ArrayList<>();

    /** Reads the list of hashes: the checks of the start make this bean on the main thread. */
    SafetyRules(QuarantineConfig config) {
        config.deniedHashes().ifPresent(hashes -> note("denied-hashes", denied.add(hashes)));
        config.allowedHashes().ifPresent(hashes -> note("allowed-hashes", allowed.add(hashes)));
        config.deniedHashesFile().ifPresent(this::read);
    }

    private void read(Path file) {
        try {
            if (Files.size(file) > MAX_LIST_BYTES) {
                findings.add("evenkeel.knowledge.quarantine.denied-hashes-file is larger than " + MAX_LIST_BYTES
                        + " bytes: " + file);
            } else {
                note("denied-hashes-file", denied.add(Files.readAllLines(file)));
            }
        } catch (IOException | UncheckedIOException e) {
            findings.add("evenkeel.knowledge.quarantine.denied-hashes-file cannot be read as UTF-8: " + file);
        }
    }

    private void note(String key, List<String> others) {
        others.stream()
                .findFirst()
                .ifPresent(first -> findings.add(
                        "evenkeel.knowledge.quarantine." + key + " has what is no SHA-256 in hexadecimal: " + first));
    }

    @Override
    public List<String> findings() {
        return List.copyOf(findings);
    }

    /** Whether a file is empty on purpose, so that there is nothing to refuse and nothing to read. */
    public static boolean isPlaceholder(String path, long sizeBytes) {
        return sizeBytes == 0 && PLACEHOLDERS.contains(path.substring(path.lastIndexOf('/') + 1));
    }

    /**
     * The type by which a file is to be read.
     *
     * @param head its first {@link DocumentTypes#HEAD_BYTES} bytes, or all of a shorter one
     * @param sha256 the hash of all its bytes
     * @param waived rules that are not applied
     * @throws ExtractionException with the code of a {@link SafetyRule}, or another one when it cannot be read at all
     */
    public DocumentType inspect(String path, byte[] head, byte[] sha256, Set<SafetyRule> waived) {
        boolean trusted = trusts(sha256);
        if (!trusted) {
            checkProgram(head, waived);
        }
        DocumentType type = trusted || waived.contains(SafetyRule.WRONG_MAGIC)
                ? believed(path, head)
                : DocumentTypes.detect(path, head);
        check(head, sha256, waived);
        return type;
    }

    /** Whether content with this hash passes every rule. */
    public boolean trusts(byte[] sha256) {
        return allowed.contains(hex(sha256));
    }

    /**
     * Applies the rules that need no name.
     *
     * @throws ExtractionException with the code of a {@link SafetyRule}
     */
    public void check(byte[] head, byte[] sha256, Set<SafetyRule> waived) {
        String hash = hex(sha256);
        if (allowed.contains(hash)) {
            return;
        }
        checkProgram(head, waived);
        if (denied.contains(hash) && !waived.contains(SafetyRule.DENIED_CONTENT)) {
            throw new ExtractionException(
                    ExtractionCode.DENIED_CONTENT, "Content with the SHA-256 " + hash + " is not wanted here.");
        }
        if (isEicar(head) && !waived.contains(SafetyRule.MALWARE)) {
            throw new ExtractionException(
                    ExtractionCode.MALWARE, "The file is the EICAR test, which stands for malware.");
        }
    }

    /** The type by the name where that fits the content, else by the content alone. */
    private static DocumentType believed(String path, byte[] head) {
        try {
            return DocumentTypes.detect(path, head);
        } catch (ExtractionException misnamed) {
            if (misnamed.code() != ExtractionCode.WRONG_MAGIC) {
                throw misnamed;
            }
            return DocumentTypes.ofContent(head);
        }
    }

    private static void checkProgram(byte[] head, Set<SafetyRule> waived) {
        Optional<String> program = DocumentTypes.programKind(head);
        if (program.isPresent() && !waived.contains(SafetyRule.EXECUTABLE)) {
            throw new ExtractionException(ExtractionCode.EXECUTABLE, "The file is " + program.get() + ".");
        }
    }

    private static boolean isEicar(byte[] head) {
        if (head.length < EICAR.length() || head.length > MAX_EICAR_LENGTH) {
            return false;
        }
        return new String(head, StandardCharsets.ISO_8859_1).stripTrailing().equals(EICAR);
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
