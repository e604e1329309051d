package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.it.BadRequests.BadRequest;
import dev.evenkeel.testing.RawHttp;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that nobody should send: each is answered, none breaks anything, no answer shows the inside.
 * {@code -Devenkeel.fuzz.requests} sets their number, {@code -Devenkeel.fuzz.seed} repeats a run.
 */
class FuzzIT {
    private static final int REQUESTS = Integer.getInteger("evenkeel.fuzz.requests", 600);
    private static final long SEED = Long.getLong("evenkeel.fuzz.seed", 20_261_121L);
    private static final int MAX_GROWTH_MB = 128;
    private static final Pattern RESIDENT_KB = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** What the HTTP codec answers itself, without a body: lines and headers too long, an address that is none. */
    private static final Set<Integer> WITHOUT_DOCUMENT = Set.of(400, 414, 431);

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void everyBadRequestIsAnsweredWell() throws Exception {
        System.out.println("evenkeel.fuzz.seed=" + SEED);
        try (ServiceProcess service = ServiceProcess.in(directory).startReady()) {
            // Given a service with something in it, and requests made from its own description
            List<String> ids = something(service);
            JsonObject openApi =
                    new JsonObject(service.management("/q/openapi?format=json").body());
            BadRequests requests = new BadRequests(openApi, ServiceProcess.TOKEN, ids, SEED);
            assertThat(requests.operations()).isGreaterThan(15);
            // When they are sent
            Map<Integer, Integer> statuses = new TreeMap<>();
            long residentMb = 0;
            for (int i = 0; i < REQUESTS; i++) {
                BadRequest request = requests.next();
                RawHttp.Answer answer = RawHttp.send(service.api("/"), request.head(), request.body());
                // Then each has an answer that is fit to be seen
                isFit(request, answer);
                statuses.merge(answer.status(), 1, Integer::sum);
                if (i == REQUESTS / 2) {
                    residentMb = residentMb(service);
                }
            }
            System.out.println("answers by status: " + statuses);
            assertThat(statuses).containsKeys(400, 401, 404);
            // And the memory has not grown with them
            assertThat(residentMb(service) - residentMb).isLessThan(MAX_GROWTH_MB);
            // And the service is as well as before
            assertThat(service.probe("ready")).isEqualTo(200);
            assertThat(service.post("/api/v1/collections", new JsonObject().put("name", "after"))
                            .statusCode())
                    .isEqualTo(201);
            service.stop();
            service.wasCalm();
        }
    }

    private static void isFit(BadRequest request, RawHttp.Answer answer) {
        String what = request + "\n=> " + answer;
        assertThat(answer.status() < 500 || answer.status() == 503).as(what).isTrue();
        if (answer.status() >= 400 && !(answer.body().isEmpty() && WITHOUT_DOCUMENT.contains(answer.status()))) {
            assertThat(answer.header("Content-Type")).as(what).hasValue("application/problem+json");
            try {
                JsonObject problem = new JsonObject(answer.body());
                assertThat(problem.getInteger("status")).as(what).isEqualTo(answer.status());
                assertThat(problem.getString("type")).as(what).startsWith("urn:evenkeel:problem:");
                assertThat(problem.getString("request_id")).as(what).isNotBlank();
            } catch (DecodeException e) {
                throw new AssertionError(what, e);
            }
            assertThat(answer.body())
                    .as(what)
                    .doesNotContain("Exception", "dev.evenkeel", "io.vertx", "java.", "\tat ")
                    .doesNotContainIgnoringCase("select ")
                    .doesNotContain(ServiceProcess.TOKEN);
        }
    }

    private static List<String> something(ServiceProcess service) {
        String collection = id(service.post("/api/v1/collections", new JsonObject().put("name", "fuzz"))
                .body());
        String document = id(service.post(
                        "/api/v1/collections/" + collection + "/documents",
                        new JsonObject().put("content", "# Title\n\nSome text to find."))
                .body());
        return List.of(collection, document);
    }

    private static String id(String body) {
        return new JsonObject(body).getString("id");
    }

    /** Resident memory of the process, in MB; 0 where the system does not tell. */
    private static long residentMb(ServiceProcess service) throws IOException {
        Path status = Path.of("/proc", String.valueOf(service.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        Matcher found = RESIDENT_KB.matcher(Files.readString(status));
        return found.find() ? Long.parseLong(found.group(1)) / 1024 : 0;
    }
}
