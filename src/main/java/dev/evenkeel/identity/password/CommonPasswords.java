package dev.evenkeel.identity.password;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The passwords that are guessed first: the list that zxcvbn brings, read when first needed. */
@Singleton
class CommonPasswords {
    private static final String LIST = "/com/nulabinc/zxcvbn/matchers/dictionaries/passwords.txt";

    private final Offload offload;
    private volatile @Nullable Set<String> passwords;

    CommonPasswords(Offload offload) {
        this.offload = offload;
    }

    /** Whether a password is one of them, whatever its case. */
    Uni<Boolean> contains(String password) {
        String lower = password.toLowerCase(Locale.ROOT);
        Set<String> known = passwords;
        return known == null
                ? offload.interactive(() -> load().contains(lower))
                : Uni.createFrom().item(known.contains(lower));
    }

    private Set<String> load() throws IOException {
        try (InputStream list = CommonPasswords.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IOException("The list of common passwords is missing: " + LIST);
            }
            Set<String> read = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
                    .lines()
                    .filter(password -> password.length() >= PasswordPolicy.MIN_LENGTH)
                    .collect(Collectors.toUnmodifiableSet());
            passwords = read;
            return read;
        }
    }
}
