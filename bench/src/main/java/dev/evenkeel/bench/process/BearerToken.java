package dev.evenkeel.bench.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Access tokens for the services that the harness starts. */
public final class BearerToken {

    private static final int BYTES = 24;

    private BearerToken() {}

    /** 48 hexadecimal characters, 192 random bits. */
    public static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
