package dev.evenkeel.identity.session;

import io.vertx.mutiny.sqlclient.Row;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;

/**
 * A key of sessions as it is in the database.
 *
 * @param kid its name in the head of a session's token
 * @param sealedPrivate the private part, sealed
 * @param signsUntil it signs nothing new after this
 * @param verifiesUntil nothing that it signed is valid after this
 */
record SigningKey(
        String kid,
        byte[] sealedPrivate,
        PublicKey publicKey,
        Instant createdAt,
        Instant signsUntil,
        Instant verifiesUntil) {
    static SigningKey of(Row row) {
        try {
            return new SigningKey(
                    row.getString("kid"),
                    row.getBuffer("sealed_private").getBytes(),
                    KeyFactory.getInstance("EC")
                            .generatePublic(new X509EncodedKeySpec(
                                    row.getBuffer("public_key").getBytes())),
                    row.getOffsetDateTime("created_at").toInstant(),
                    row.getOffsetDateTime("signs_until").toInstant(),
                    row.getOffsetDateTime("verifies_until").toInstant());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A public key in the database cannot be read", e);
        }
    }

    boolean signsAt(Instant time) {
        return time.isBefore(signsUntil);
    }

    boolean verifiesAt(Instant time) {
        return time.isBefore(verifiesUntil);
    }
}
