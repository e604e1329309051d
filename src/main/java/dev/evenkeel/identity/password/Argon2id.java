package dev.evenkeel.identity.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id (RFC 9106) with the parameters of new hashes. Hashes are PHC strings, which carry their own parameters.
 *
 * @param memoryKib memory of one hash
 * @param iterations passes over it
 * @param parallelism lanes
 */
record Argon2id(int memoryKib, int iterations, int parallelism) {
    static final String PREFIX = "$argon2id$";

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MAX_MEMORY_KIB = 1 << 20;
    private static final int MAX_ITERATIONS = 64;
    private static final int MAX_PARALLELISM = 64;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");

    /** A stored hash, taken apart. */
    private record Stored(Argon2id parameters, byte[] salt, byte[] hash) {}

    /** A new hash with a salt of its own. */
    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return phc(salt, compute(password, salt, HASH_BYTES));
    }

    /** A hash of no password, which takes as long to check as a real one. */
    String dummy() {
        return phc(new byte[SALT_BYTES], new byte[HASH_BYTES]);
    }

    /** Whether the password has this hash; false for what is no hash of this kind. */
    static boolean matches(String password, String phc) {
        Stored stored = parse(phc);
        return stored != null
                && MessageDigest.isEqual(
                        stored.hash, stored.parameters.compute(password, stored.salt, stored.hash.length));
    }

    /** Whether a hash was made with less than these parameters. */
    boolean exceeds(String phc) {
        Stored stored = parse(phc);
        return stored == null
                || stored.parameters.memoryKib < memoryKib
                || stored.parameters.iterations < iterations
                || stored.parameters.parallelism < parallelism;
    }

    /** The bytes that Argon2id makes of a password; the same text in another Unicode form is the same password. */
    byte[] compute(String password, byte[] salt, int length) {
        byte[] hash = new byte[length];
        generator(salt)
                .generateBytes(
                        Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private Argon2BytesGenerator generator(byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .withSalt(salt)
                .build());
        return generator;
    }

    private String phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return PREFIX + "v=19$m=" + memoryKib + ",t=" + iterations + ",p=" + parallelism + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private static @Nullable Stored parse(String phc) {
        Matcher matcher = PHC.matcher(phc);
        if (!matcher.matches()) {
            return null;
        }
        Argon2id parameters = new Argon2id(number(matcher, 1), number(matcher, 2), number(matcher, 3));
        if (!parameters.isSane()) {
            return null;
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            return new Stored(parameters, base64.decode(matcher.group(4)), base64.decode(matcher.group(5)));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private boolean isSane() {
        return parallelism >= 1
                && parallelism <= MAX_PARALLELISM
                && iterations >= 1
                && iterations <= MAX_ITERATIONS
                && memoryKib >= 8 * parallelism
                && memoryKib <= MAX_MEMORY_KIB;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
