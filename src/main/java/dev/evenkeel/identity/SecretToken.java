package dev.evenkeel.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A secret that is shown once and kept as its SHA-256: a prefix, 256 random bits and a CRC-32, both in base 36 with lower
 * case letters and of fixed length. The checksum turns typing errors and made-up tokens away without a query; against
 * guessing there are the 256 bits.
 */
public record SecretToken(String text, byte[] hash) {
    /** Characters that may be shown, to recognise a token by. */
    public static final int SHOWN_LENGTH = 12;

    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_DIGITS = 50;
    private static final int CHECKSUM_DIGITS = 7;
    private static final int BASE = 36;

    /** A new secret. */
    public static SecretToken issue(SecretKind kind) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String body = kind.prefix() + digits(new BigInteger(1, random), RANDOM_DIGITS);
        String text = body + checksum(body);
        return new SecretToken(text, sha256(text));
    }

    /** Whether a text can be a secret of that kind. */
    public static boolean isWellFormed(SecretKind kind, String text) {
        int bodyLength = kind.prefix().length() + RANDOM_DIGITS;
        return text.length() == bodyLength + CHECKSUM_DIGITS
                && text.startsWith(kind.prefix())
                && text.substring(bodyLength).equals(checksum(text.substring(0, bodyLength)));
    }

    /** What the database knows of a secret. */
    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The characters that may be shown. */
    public String start() {
        return text.substring(0, SHOWN_LENGTH);
    }

    /** Never the secret, so that no log holds it. */
    @Override
    public String toString() {
        return start() + "…";
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return digits(BigInteger.valueOf(crc.getValue()), CHECKSUM_DIGITS);
    }

    private static String digits(BigInteger number, int length) {
        String digits = number.toString(BASE);
        return "0".repeat(length - digits.length()) + digits;
    }
}
