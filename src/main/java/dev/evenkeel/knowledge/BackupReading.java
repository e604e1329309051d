package dev.evenkeel.knowledge;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How far the content of a document has been read for a backup. */
final class BackupReading {
    final MessageDigest digest = newDigest();
    volatile Place place = new Place(-1, 0, 1);
    private volatile @Nullable String state;

    /** Fails when the document is gone, or was indexed again since the last page. */
    void requireSame(RowSet<Row> page) {
        if (page.size() == 0) {
            throw new Superseded();
        }
        String now = page.iterator().next().getString("state");
        if (state != null && !state.equals(now)) {
            throw new Superseded();
        }
        state = now;
    }

    /** The hash of what has been read; to be asked once. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the next chunk goes on: the last one, and where it ended. */
    record Place(int ordinal, int end, int line) {}

    /** Newer content came while this one was being sent. */
    static final class Superseded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Superseded() {
            super("the document has newer content", null, false, false);
        }
    }
}
