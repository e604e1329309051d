package dev.evenkeel.platform.database;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.NarrowLanes;
import dev.evenkeel.testing.OwnDatabase;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a full lane, an impatient client, a slow statement and a lost database do to the service: nothing lasting. */
@QuarkusTest
@TestProfile(NarrowLanes.class)
class LaneTest {
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final int IN_LANE = NarrowLanes.PERMITS + NarrowLanes.QUEUE;

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource("/")
    URI service;

    @Inject
    Pool pool;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** The first request loads classes, which takes a while. */
    @BeforeEach
    void warmUp() {
        active("read");
    }

    @ParameterizedTest
    @CsvSource({"read,read", "read-sql,read", "write,write", "write-sql,write"})
    void whatDoesNotFitIntoALaneIsRefusedAtOnce(String way, String lane) throws SQLException {
        // Given a lane that is full: all permits taken, all places in the queue taken
        List<CompletableFuture<HttpResponse<String>>> inLane = new ArrayList<>();
        Response refused;
        try (Held held = new Held()) {
            fill(inLane, way, lane, held);
            // When one more comes
            refused = given().get("/test/sleep/" + way + "?seconds=0");
            // Then it is told to come again while others still wait
            assertThat(waiting(lane)).isEqualTo(NarrowLanes.QUEUE);
        }
        refused.then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", "10")
                .body("type", equalTo("urn:evenkeel:problem:overloaded"))
                .body("status", is(503));
        assertThat(refused.asString()).contains("The " + lane + " lane is full");
        // And the others are served
        areServed(inLane);
        theLaneIsWhole(way, lane);
    }

    @Test
    void aFullLaneDoesNotTouchTheOthersNorTheProbes() throws SQLException {
        // Given a read lane and a write lane that are full
        List<CompletableFuture<HttpResponse<String>>> reads = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> writes = new ArrayList<>();
        try (Held held = new Held()) {
            fill(reads, "read-sql", "read", held);
            fill(writes, "write", "write", held);
            // When the probes, the operator and a job ask
            for (String path : List.of("/q/health/live", "/q/health/ready", "/q/health/started", "/q/health")) {
                given().get(path).then().statusCode(200);
            }
            given().get("/q/metrics").then().statusCode(200);
            given().get("/test/sleep/bulk-sql").then().statusCode(200);
            // Then each of them is answered while the lanes are still full
            assertThat(waiting("read")).isEqualTo(NarrowLanes.QUEUE);
            assertThat(waiting("write")).isEqualTo(NarrowLanes.QUEUE);
        }
        areServed(reads);
        areServed(writes);
    }

    @ParameterizedTest
    @CsvSource({"read,read", "read-sql,read", "write,write", "write-sql,write"})
    void clientsThatLeaveCostNoConnection(String way, String lane) throws IOException, SQLException {
        // Given 200 clients that ask, and hang up at once or a little later
        List<Socket> leaving = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Socket socket = new Socket(service.getHost(), service.getPort());
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request("/test/sleep/" + way + "?seconds=0.05"));
            leaving.add(socket);
            if (i % 3 == 0) {
                leaving.remove(0).close();
            }
        }
        for (Socket socket : leaving) {
            socket.close();
        }
        // Then the lane empties, and every permit still buys a connection
        theLaneIsWhole(way, lane);
        Eventually.holds(() -> assertThat(sessionsInTransaction()).isZero());
    }

    @Test
    void aSlowStatementIsCancelledByTheServer() throws SQLException {
        // Given statements that would take much longer than their lanes allow
        List<String> ways = List.of("read", "read-sql", "write", "write-sql");
        record Answer(Response response, long tookMs) {}
        List<Answer> answers = Concurrently.all(ways.size(), i -> {
            long before = System.nanoTime();
            Response response = given().get("/test/sleep/" + ways.get(i) + "?seconds=60");
            return new Answer(response, (System.nanoTime() - before) / 1_000_000);
        });
        // Then they are ended in time, and the clients told to come again
        for (Answer answer : answers) {
            answer.response()
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .header("Retry-After", "2")
                    .body("type", equalTo("urn:evenkeel:problem:unavailable"));
            assertThat(answer.tookMs())
                    .isBetween(NarrowLanes.STATEMENT_TIMEOUT_MS - 50L, NarrowLanes.STATEMENT_TIMEOUT_MS + 3_500L);
        }
        // And the server is not working on them any more
        Eventually.holds(() -> assertThat(sleeping()).isZero());
        // And their connections are good for the next
        for (String way : ways) {
            theLaneIsWhole(way, way.startsWith("read") ? "read" : "write");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "read-sql", "write", "write-sql"})
    void recoversFromTheLossOfAllConnections(String way) throws SQLException {
        try (Held held = new Held()) {
            // Given connections in use, and others idle
            List<CompletableFuture<HttpResponse<String>>> inFlight = IntStream.range(0, NarrowLanes.PERMITS)
                    .mapToObj(i -> sleep(way, 0))
                    .toList();
            Eventually.holds(() -> assertThat(held.waiting()).isEqualTo(NarrowLanes.PERMITS));
            // When the server ends every one of them
            held.query("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    + " where backend_type = 'client backend' and pid <> pg_backend_pid()");
            // Then whoever was in flight is told to come again
            inFlight.forEach(request -> {
                assertThat(request.join().statusCode()).isEqualTo(503);
                assertThat(request.join().headers().firstValue("Retry-After")).isPresent();
                assertThat(request.join().body()).contains("urn:evenkeel:problem:unavailable");
            });
        }
        // And the service works again without a restart
        Eventually.holds(RECOVERY, () -> {
            for (int i = 0; i < IN_LANE; i++) {
                given().get("/test/sleep/" + way + "?seconds=0").then().statusCode(200);
            }
            given().get("/test/sleep/bulk-sql").then().statusCode(200);
            given().get("/q/health/ready").then().statusCode(200);
        });
        theLaneIsWhole(way, way.startsWith("read") ? "read" : "write");
    }

    @Test
    void readinessFollowsTheDatabaseAndLivenessDoesNot() {
        // Given a service that is ready
        given().get("/q/health/ready").then().statusCode(200);
        // When its database goes away
        OwnDatabase.stopServer();
        try {
            // Then it stops being ready, and says why
            Eventually.holds(
                    RECOVERY,
                    () -> given().get("/q/health/ready")
                            .then()
                            .statusCode(503)
                            .body("checks.find { it.name == 'database' }.status", equalTo("DOWN"))
                            .body("checks.find { it.name == 'database' }.data.reachable", is(false)));
            // And it lives, and refuses what it cannot do
            given().get("/q/health/live").then().statusCode(200);
            for (String way : List.of("read", "read-sql", "write", "write-sql")) {
                given().get("/test/sleep/" + way + "?seconds=0")
                        .then()
                        .statusCode(503)
                        .contentType("application/problem+json")
                        .header("Retry-After", "2");
            }
        } finally {
            OwnDatabase.startServer();
        }
        // And when the database is back, so is the service
        Eventually.holds(RECOVERY, () -> {
            given().get("/q/health/ready").then().statusCode(200);
            given().get("/test/sleep/read?seconds=0").then().statusCode(200);
            given().get("/test/sleep/write-sql?seconds=0").then().statusCode(200);
        });
    }

    /** No work holds or awaits a connection, and as many as there are permits can work at the same time. */
    private void theLaneIsWhole(String way, String lane) throws SQLException {
        Eventually.holds(RECOVERY, () -> {
            assertThat(active(lane)).isZero();
            assertThat(waiting(lane)).isZero();
        });
        List<CompletableFuture<HttpResponse<String>>> together;
        try (Held held = new Held()) {
            together = IntStream.range(0, NarrowLanes.PERMITS)
                    .mapToObj(i -> sleep(way, 0))
                    .toList();
            Eventually.holds(() -> assertThat(held.waiting()).isEqualTo(NarrowLanes.PERMITS));
        }
        together.forEach(request -> assertThat(request.join().statusCode()).isEqualTo(200));
        Eventually.holds(() -> assertThat(active(lane)).isZero());
    }

    /** While it is open, requests of the test hold their connections; on a connection of its own. */
    private static final class Held implements AutoCloseable {
        private final Connection connection = OwnDatabase.connect();

        Held() throws SQLException {
            query("select 1 from pg_advisory_lock(" + SleepResource.HOLD + ")");
        }

        /** How many of them hold a connection. */
        int waiting() {
            return query("select count(*)::int from pg_locks where locktype = 'advisory' and not granted and objid = "
                    + SleepResource.HOLD);
        }

        int query(String sql) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getInt(1);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Sends requests until the lane is full; one that was refused, because the service itself read just then, is sent again. */
    private void fill(List<CompletableFuture<HttpResponse<String>>> inLane, String way, String lane, Held held) {
        int others = held.waiting();
        Eventually.holds(() -> {
            inLane.removeIf(request -> request.isDone() && isRefused(request.join()));
            while (inLane.size() < IN_LANE) {
                inLane.add(sleep(way, 0));
            }
            assertThat(held.waiting() - others).isEqualTo(NarrowLanes.PERMITS);
            assertThat(active(lane)).isEqualTo(NarrowLanes.PERMITS);
            assertThat(waiting(lane)).isEqualTo(NarrowLanes.QUEUE);
        });
    }

    /** All but one, whose place in the queue the service itself may have had. */
    private static void areServed(List<CompletableFuture<HttpResponse<String>>> inLane) {
        List<HttpResponse<String>> answers =
                inLane.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(answer -> answer.statusCode() == 200 || isRefused(answer));
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSizeBetween(IN_LANE - 1, IN_LANE);
    }

    private static boolean isRefused(HttpResponse<String> answer) {
        return answer.statusCode() == 503 && answer.body().contains("lane is full");
    }

    private int active(String lane) {
        return laneFigure(lane, "active");
    }

    private int waiting(String lane) {
        return laneFigure(lane, "waiting");
    }

    private static int laneFigure(String lane, String figure) {
        List<Map<String, Object>> lanes = given().get("/api/v1/operations/lanes")
                .then()
                .statusCode(200)
                .extract()
                .path("lanes");
        return lanes.stream()
                .filter(status -> lane.equals(status.get("lane")))
                .map(status -> (Integer) status.get(figure))
                .findFirst()
                .orElseThrow();
    }

    /** How many statements of the test are running on the server. */
    private int sleeping() {
        return count("state = 'active' and application_name = 'evenkeel-entity' and query like 'select%pg_sleep(%'");
    }

    private int sessionsInTransaction() {
        return count("state like 'idle in transaction%'");
    }

    private int count(String condition) {
        return pool.query("select count(*)::int from pg_stat_activity where pid <> pg_backend_pid() and " + condition)
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0))
                .await()
                .atMost(RECOVERY);
    }

    private CompletableFuture<HttpResponse<String>> sleep(String way, double seconds) {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/test/sleep/" + way + "?seconds=" + seconds))
                .header("Authorization", "Bearer " + Api.TOKEN)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).orTimeout(30, TimeUnit.SECONDS);
    }

    private byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Api.TOKEN + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
