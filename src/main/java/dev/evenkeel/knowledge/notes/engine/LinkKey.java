package dev.evenkeel.knowledge.notes.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A name by which a link would accept a document.
 *
 * @param key to be found among the keys of documents
 * @param suffix what the path of the document must end with, when the key alone does not say enough
 */
public record LinkKey(String key, @Nullable String suffix) {
    /** An index holds no keys of more than about 2,700 bytes; far shorter ones are replaced by their hash. */
    private static final int MAX_KEY_BYTES = 800;

    /** The key of a whole path. */
    static String path(String family, String path) {
        return bounded(family + "/", path);
    }

    /** The key of a name in whatever folder. */
    static String name(String family, String name) {
        return bounded(family + ":", name);
    }

    private static String bounded(String space, String text) {
        if (text.length() * 3L <= MAX_KEY_BYTES) {
            return space + text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_KEY_BYTES ? space + text : space + "#" + sha256(bytes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
