package dev.evenkeel.knowledge.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules, and the lists of hashes that they follow. */
class SafetyRulesTest {
    private static final byte[] TEXT = "a text".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROGRAM = HexFormat.of().parseHex("7f454c460201010000");

    private record Lists(
            Optional<Set<String>> deniedHashes, Optional<Path> deniedHashesFile, Optional<Set<String>> allowedHashes)
            implements QuarantineConfig {
        @Override
        public Duration retention() {
            return Duration.ofDays(1);
        }

        @Override
        public Scanner scanner() {
            throw new UnsupportedOperationException("The rules ask no scanner.");
        }

        @Override
        public Duration purgeInterval() {
            return Duration.ofHours(1);
        }
    }

    private static SafetyRules rules(@Nullable String denied, @Nullable Path file, @Nullable String allowed) {
        return new SafetyRules(new Lists(
                Optional.ofNullable(denied).map(Set::of),
                Optional.ofNullable(file),
                Optional.ofNullable(allowed).map(Set::of)));
    }

    private static byte[] hash(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String hex(byte[] content) {
        return HexFormat.of().formatHex(hash(content));
    }

    private static void assertRefused(
            SafetyRules rules, String path, byte[] content, Set<SafetyRule> waived, SafetyRule by) {
        assertThatThrownBy(() -> rules.inspect(path, content, hash(content), waived))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        refusal -> assertThat(refusal.code().wireName()).isEqualTo(by.wireName()));
    }

    @Test
    void aListMayHaveCommentsBlankLinesAndAnyCase(@TempDir Path directory) throws IOException {
        // Given
        Path list = Files.writeString(
                directory.resolve("list"),
                "# known\n\n  " + hex(TEXT).toUpperCase(Locale.ROOT) + "  # a text\n" + hex(PROGRAM) + "\n");
        // When
        SafetyRules rules = rules(null, list, null);
        // Then
        assertThat(rules.findings()).isEmpty();
        assertRefused(rules, "a.txt", TEXT, Set.of(), SafetyRule.DENIED_CONTENT);
        byte[] other = "another text".getBytes(StandardCharsets.UTF_8);
        assertThat(rules.inspect("a.txt", other, hash(other), Set.of())).isEqualTo(DocumentType.TEXT);
    }

    @Test
    void aListThatIsNoneStopsTheStart(@TempDir Path directory) throws IOException {
        Path list = Files.writeString(directory.resolve("list"), hex(TEXT).substring(1) + "\n");
        assertThat(rules(null, list, null).findings())
                .hasSize(1)
                .first()
                .asString()
                .contains("denied-hashes-file");
        assertThat(rules(null, directory.resolve("missing"), null).findings()).hasSize(1);
        assertThat(rules("no hash", null, null).findings()).hasSize(1);
        assertThat(rules(null, null, "no hash").findings()).hasSize(1);
    }

    @Test
    void allowedContentPassesEveryRule() {
        SafetyRules rules = rules(hex(TEXT), null, hex(TEXT));
        assertThat(rules.inspect("a.txt", TEXT, hash(TEXT), Set.of())).isEqualTo(DocumentType.TEXT);
        // And is read by its content when its name is wrong
        byte[] pdf = "%PDF-1.4".getBytes(StandardCharsets.UTF_8);
        assertThat(rules(null, null, hex(pdf)).inspect("a.txt", pdf, hash(pdf), Set.of()))
                .isEqualTo(DocumentType.PDF);
        // But a program stays unreadable
        assertThatThrownBy(() -> rules(null, null, hex(PROGRAM)).inspect("a.txt", PROGRAM, hash(PROGRAM), Set.of()))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ExtractionCode.UNSUPPORTED_TYPE));
    }

    @Test
    void rulesAreAppliedInTheirOrderAndWaivedOneByOne() {
        SafetyRules rules = rules(hex(PROGRAM), null, null);
        assertRefused(rules, "a.pdf", PROGRAM, Set.of(), SafetyRule.EXECUTABLE);
        assertRefused(rules, "a.pdf", PROGRAM, EnumSet.of(SafetyRule.EXECUTABLE), SafetyRule.WRONG_MAGIC);
        assertThatThrownBy(() -> rules.check(PROGRAM, hash(PROGRAM), EnumSet.of(SafetyRule.EXECUTABLE)))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ExtractionCode.DENIED_CONTENT));
    }

    @Test
    void aScriptIsSourceCodeUnderItsName() {
        SafetyRules rules = rules(null, null, null);
        byte[] script = "#!/usr/bin/env python3\nprint(1)\n".getBytes(StandardCharsets.UTF_8);
        assertThat(rules.inspect("tool.py", script, hash(script), Set.of())).isEqualTo(DocumentType.PYTHON);
        assertRefused(rules, "tool.pdf", script, Set.of(), SafetyRule.WRONG_MAGIC);
        assertRefused(rules, "tool.docx", script, Set.of(), SafetyRule.WRONG_MAGIC);
    }

    @Test
    void onlyEmptyFilesOfCertainNamesArePlaceholders() {
        assertThat(SafetyRules.isPlaceholder("a/__init__.py", 0)).isTrue();
        assertThat(SafetyRules.isPlaceholder(".gitkeep", 0)).isTrue();
        assertThat(SafetyRules.isPlaceholder("__init__.py", 1)).isFalse();
        assertThat(SafetyRules.isPlaceholder("x__init__.py", 0)).isFalse();
    }
}
