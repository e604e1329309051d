package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Tenants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What all tests before have made the service log holds no token, no password and no key. */
class LoggedSecretsIT {
    private static final Path LOG = Path.of("target/test.log");
    private static final int MANY = 100;

    private static final Pattern SECRET = Pattern.compile("ek_(pat|cat|ref|rst)_[0-9a-z]{20,}"
            + "|eyJ[\\w-]{20,}\\.[\\w-]{20,}\\.[\\w-]{20,}|-----BEGIN|\\$argon2id\\$|\\$2[aby]\\$\\d\\d\\$|"
            + String.join(
                    "|",
                    Stream.of(Api.TOKEN, IdentityApi.PASSWORD, Tenants.PASSWORD)
                            .map(Pattern::quote)
                            .toList()));

    @Test
    void theLogOfAllTestsHoldsNoSecret() throws IOException {
        try (Stream<String> lines = Files.lines(LOG)) {
            List<String> all = lines.toList();
            assertThat(all).as("tests have logged").hasSizeGreaterThan(MANY);
            assertThat(all).noneMatch(line -> SECRET.matcher(line).find());
        }
    }
}
