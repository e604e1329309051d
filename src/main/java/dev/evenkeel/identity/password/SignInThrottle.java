package dev.evenkeel.identity.password;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Bounds how often a password may be tried, by account and by address, before anything is computed. Each replica counts for
 * itself and in memory, so that with several of them an attacker has as many times the attempts.
 */
@Singleton
public class SignInThrottle {
    private static final int MAX_KEYS = 100_000;

    private final AttemptLimit accounts;
    private final AttemptLimit addresses;

    SignInThrottle(IdentityConfig config) {
        IdentityConfig.SignIn signIn = config.signIn();
        this.accounts = new AttemptLimit(signIn.attemptsPerAccount(), signIn.window(), MAX_KEYS, System::nanoTime);
        this.addresses = new AttemptLimit(signIn.attemptsPerAddress(), signIn.window(), MAX_KEYS, System::nanoTime);
    }

    /**
     * Attempts that are used up.
     *
     * @param limit what ran out: {@code account} or {@code address}
     * @param retryAfter when there is one again
     * @param toBeReported whether the audit trail should hear of it
     */
    public record Refusal(String limit, Duration retryAfter, boolean toBeReported) {
        /** The answer: 429. */
        public ProblemException problem() {
            return new ProblemException(
                    Problem.of(ProblemType.RATE_LIMITED, "Too many attempts for this " + limit + "; wait a while."),
                    retryAfter.plusSeconds(1));
        }
    }

    /** Takes an attempt of the account and of the address, or says which has none left. */
    public Optional<Refusal> attempt(String account, String address) {
        Optional<AttemptLimit.Refusal> byAddress = addresses.take(address);
        if (byAddress.isPresent()) {
            return byAddress.map(refused -> refusal("address", refused));
        }
        return accounts.take(key(account)).map(refused -> refusal("account", refused));
    }

    /** Takes an attempt of the address, where no account is known. */
    public Optional<Refusal> attempt(String address) {
        return addresses.take(address).map(refused -> refusal("address", refused));
    }

    /** A successful attempt does not count. */
    public void succeeded(String account, String address) {
        accounts.giveBack(key(account));
        addresses.giveBack(address);
    }

    private static String key(String account) {
        return account.toLowerCase(Locale.ROOT);
    }

    private static Refusal refusal(String limit, AttemptLimit.Refusal refused) {
        return new Refusal(limit, refused.retryAfter(), refused.toBeReported());
    }
}
