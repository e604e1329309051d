package dev.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.ConfigurationReference.Section;
import dev.evenkeel.ConfigurationReference.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/configuration.md} says what the sources say. */
class ConfigurationReferenceTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path PAGE = Path.of("docs/configuration.md");

    @Test
    void thePageIsUpToDate() throws IOException {
        String expected = ConfigurationReference.markdown(SOURCES);
        if (Boolean.getBoolean("evenkeel.docs.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("regenerate with -Devenkeel.docs.update=true")
                .isEqualTo(expected);
    }

    @Test
    void everySettingIsExplainedInSentences() throws IOException {
        assertThat(settings()).hasSizeGreaterThan(30).allSatisfy(setting -> {
            assertThat(setting.meaning()).as(setting.key()).matches("(?s).*[.:]\\s*$");
            assertThat(setting.type()).as(setting.key()).isNotBlank();
            assertThat(setting.standard()).as(setting.key()).isNotEqualTo("required");
        });
    }

    @Test
    void keysVariablesTypesAndDefaultsAreReadFromTheSource() throws IOException {
        assertThat(settings())
                .contains(
                        new Setting(
                                "evenkeel.database.read.max-wait",
                                "duration",
                                "`1s`",
                                "Longest wait for a permit before 503."),
                        new Setting(
                                "evenkeel.role",
                                "`api`, `worker`, `all`",
                                "`all`",
                                "`api` serves HTTP, `worker` runs jobs, `all` does both."));
        assertThat(settings())
                .filteredOn(setting -> setting.key().equals("evenkeel.embedded-postgres.binaries-directory"))
                .singleElement()
                .satisfies(setting -> {
                    assertThat(setting.variable()).isEqualTo("EVENKEEL_EMBEDDED_POSTGRES_BINARIES_DIRECTORY");
                    assertThat(setting.standard()).isEqualTo("none");
                    assertThat(setting.type()).isEqualTo("path");
                });
    }

    @Test
    void aSettingWithoutAnExplanationIsRefused(@TempDir Path directory) throws IOException {
        Files.writeString(
                directory.resolve("SilentConfig.java"),
                "@ConfigMapping(prefix = \"evenkeel.silent\") interface SilentConfig { int size(); }");
        assertThatThrownBy(() -> ConfigurationReference.markdown(directory))
                .hasMessage("evenkeel.silent.size has no Javadoc");
    }

    private static List<Setting> settings() throws IOException {
        return ConfigurationReference.sections(SOURCES).stream()
                .map(Section::settings)
                .flatMap(List::stream)
                .toList();
    }
}
