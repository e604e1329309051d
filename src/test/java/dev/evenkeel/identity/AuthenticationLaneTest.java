package dev.evenkeel.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.HurriedReplica;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When credentials cannot be looked up, a valid one is never called invalid, and afterwards everything is as before. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
@SuppressWarnings("NullAway.Init")
class AuthenticationLaneTest {
    private static final String SOMETHING = "/api/v1/collections";
    private static final int CONNECTIONS = HurriedReplica.CREDENTIAL_CONNECTIONS;
    private static final int QUEUE = HurriedReplica.CREDENTIAL_QUEUE;
    private static final int CLIENTS = 24;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Inject
    Pool pool;

    /** What is looked up, and the table that this needs. */
    enum Looked {
        PERSONAL_TOKEN("access_token"),
        SESSION("user_session");

        private final String table;

        Looked(String table) {
            this.table = table;
        }

        String credential() {
            IdentityApi.Session session = IdentityApi.newSession();
            return this == SESSION
                    ? session.accessToken()
                    : IdentityApi.newToken(session, "read").getString("token");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValidCredentialIsNeverCalledInvalid(Looked looked) {
        // Given credentials that are valid
        String token = looked.credential();
        assertThat(ask(token).statusCode()).isEqualTo(200);

        // When no look-up can end
        List<Response> refused = whileLocked(looked.table, () -> {
            List<CompletableFuture<Response>> holders = holdEveryConnection(token);
            List<Response> answers = Concurrently.all(CLIENTS, client -> ask(token));
            // Then what needs none is served
            IdentityApi.installation().get(SOMETHING).then().statusCode(200);
            IdentityApi.bearing("ek_pat_short").get(SOMETHING).then().statusCode(401);
            List<Response> all = new ArrayList<>(answers);
            holders.forEach(holder -> all.add(holder.join()));
            return all;
        });

        // Then everybody is told to come again
        assertThat(refused).hasSize(CLIENTS + CONNECTIONS).allSatisfy(answer -> {
            IdentityApi.problem(answer, 503);
            assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
            assertThat(answer.header("WWW-Authenticate")).isNull();
        });

        // And afterwards the lane is whole: empty, and as many at once as before
        Eventually.holds(LIMIT, () -> {
            assertThat(figure("active")).isZero();
            assertThat(figure("waiting")).isZero();
        });
        assertThat(Concurrently.all(CONNECTIONS + QUEUE, client -> ask(token).statusCode()))
                .containsOnly(200);
        assertThat(figure("connections")).isLessThanOrEqualTo(CONNECTIONS);
        List<Response> again = whileLocked(looked.table, () -> {
            List<CompletableFuture<Response>> holders = holdEveryConnection(token);
            return holders.stream().map(CompletableFuture::join).toList();
        });
        assertThat(again).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(503));
    }

    /** Requests whose look-ups take all connections of the lane and do not come back. */
    private static List<CompletableFuture<Response>> holdEveryConnection(String token) {
        List<CompletableFuture<Response>> holders = new ArrayList<>();
        for (int i = 1; i <= CONNECTIONS; i++) {
            holders.add(CompletableFuture.supplyAsync(() -> ask(token), Concurrently.THREADS));
            int expected = i;
            Eventually.holds(LIMIT, () -> assertThat(figure("active")).isEqualTo(expected));
        }
        return holders;
    }

    private <T> T whileLocked(String table, Supplier<T> work) {
        SqlConnection connection = pool.getConnection().await().atMost(LIMIT);
        try {
            connection.query("begin").execute().await().atMost(LIMIT);
            connection
                    .query("lock table " + table + " in access exclusive mode")
                    .execute()
                    .await()
                    .atMost(LIMIT);
            return work.get();
        } finally {
            connection.query("rollback").execute().await().atMost(LIMIT);
            connection.close().await().atMost(LIMIT);
        }
    }

    private static Response ask(String token) {
        return IdentityApi.bearing(token).get(SOMETHING);
    }

    private static int figure(String name) {
        List<Map<String, Object>> lanes = IdentityApi.ok(
                        IdentityApi.installation().get("/api/v1/operations/lanes"))
                .getList("lanes");
        return lanes.stream()
                .filter(lane -> "authentication".equals(lane.get("lane")))
                .map(lane -> (Integer) lane.get(name))
                .findFirst()
                .orElseThrow();
    }
}
