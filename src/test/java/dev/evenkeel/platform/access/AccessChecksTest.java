package dev.evenkeel.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unsafe settings of access are found, and named by their key. */
class AccessChecksTest {
    private static final String GOOD_TOKEN = "kd93hf73hdk29fj37fhs83jf73hfkao2";

    private record Access(Mode mode, Optional<String> bootstrapToken) implements AccessConfig {}

    @Test
    void anAbsentOrLongTokenIsFine() {
        assertThat(token(null)).isEmpty();
        assertThat(token(GOOD_TOKEN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "kd93hf73hdk29fj37fhs83jf73hfkao"})
    void aShortTokenIsFound(String token) {
        assertThat(token(token))
                .singleElement()
                .asString()
                .isEqualTo("evenkeel.access.bootstrap-token needs at least 32 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "change-this-secret-in-production",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "123412341234123412341234123412341234"
            })
    void aGuessableTokenIsFound(String token) {
        assertThat(token(token)).singleElement().asString().startsWith("evenkeel.access.bootstrap-token is a default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "192.168.1.7", "example.org", "localhost.example.org", "127.0.0.1.example.org"})
    void openAccessBeyondThisMachineIsFound(String host) {
        assertThat(local(host)).contains("evenkeel.access.mode=local needs quarkus.http.host=127.0.0.1, not " + host);
    }

    @Test
    void openAccessToAConfiguredDatabaseIsFound() {
        // Given loopback, so that the database alone is at fault: this test brings no embedded server
        assertThat(local("127.0.0.1"))
                .singleElement()
                .asString()
                .startsWith("evenkeel.access.mode=local cannot be used with a configured database")
                .contains("quarkus.datasource.reactive.url");
    }

    @Test
    void everyFindingIsTold() {
        assertThat(findings(AccessConfig.Mode.LOCAL, "short", "0.0.0.0")).hasSize(3);
    }

    private static Iterable<String> token(@org.jspecify.annotations.Nullable String token) {
        return findings(AccessConfig.Mode.TOKEN, token, "0.0.0.0");
    }

    private static Iterable<String> local(String host) {
        return findings(AccessConfig.Mode.LOCAL, null, host);
    }

    private static Iterable<String> findings(
            AccessConfig.Mode mode, @org.jspecify.annotations.Nullable String token, String host) {
        return new AccessChecks(new Access(mode, Optional.ofNullable(token)), host).findings();
    }
}
