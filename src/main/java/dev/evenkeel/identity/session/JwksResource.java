package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityModule;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The public keys of sessions (RFC 7517), for services that verify them by themselves. */
@Path("/.well-known/jwks.json")
@Tag(name = "auth")
@PermitAll
public class JwksResource {
    private static final int COORDINATE_BYTES = 32;

    private final SigningKeys keys;
    private final ReplicaConfig replica;

    JwksResource(SigningKeys keys, ReplicaConfig replica) {
        this.keys = keys;
        this.replica = replica;
    }

    /** All keys that verify; they may be kept for five minutes. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<Response> keys() {
        if (!IdentityModule.on(replica)) {
            throw ProblemException.notFound("resource");
        }
        return keys.published()
                .map(found -> Response.ok(set(found).encode())
                        .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                        .build());
    }

    private static JsonObject set(List<SigningKey> found) {
        JsonArray array = new JsonArray();
        for (SigningKey key : found) {
            ECPublicKey point = (ECPublicKey) key.publicKey();
            array.add(new JsonObject()
                    .put("kty", "EC")
                    .put("crv", "P-256")
                    .put("use", "sig")
                    .put("alg", "ES256")
                    .put("kid", key.kid())
                    .put("x", coordinate(point.getW().getAffineX()))
                    .put("y", coordinate(point.getW().getAffineY())));
        }
        return new JsonObject().put("keys", array);
    }

    /** A coordinate in as many bytes as the curve has, whatever its leading bits (RFC 7518, 6.2.1.2). */
    private static String coordinate(BigInteger value) {
        byte[] signed = value.toByteArray();
        byte[] fixed = new byte[COORDINATE_BYTES];
        int length = Math.min(signed.length, COORDINATE_BYTES);
        System.arraycopy(signed, signed.length - length, fixed, COORDINATE_BYTES - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
    }
}
