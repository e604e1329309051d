package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.awaitState;
import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.JobsFixture.pause;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.HurriedReplica;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream of changes and the cursor under it. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobEventsTest {
    private static final JobAudience ANYBODY = new JobAudience(
            "me",
            new JobFilter(Reach.EVERYTHING, null, null, null),
            () -> Uni.createFrom().item(Caller.installation("me")));

    @Inject
    JobsFixture jobs;

    @Inject
    JobChanges changes;

    @Inject
    Vertx vertx;

    @Inject
    Database database;

    @Inject
    JobStore store;

    @Inject
    JobViews views;

    @Inject
    ObjectMapper json;

    @Inject
    JobsConfig config;

    @BeforeEach
    void reset() {
        jobs.reset();
    }

    /** One event as received. */
    private record Received(String name, @Nullable String id, JsonObject data) {}

    /** An open stream, read as it comes. */
    private static final class Client implements AutoCloseable {
        private final List<Received> events = new CopyOnWriteArrayList<>();
        private final HttpClient http;
        private final int status;
        private String name = "";
        private @Nullable String id;

        Client(Vertx vertx, String query, @Nullable String lastEventId) {
            http = vertx.createHttpClient();
            status = http.request(HttpMethod.GET, RestAssured.port, "localhost", "/api/v1/jobs/events" + query)
                    .compose(request -> {
                        request.putHeader("Authorization", "Bearer " + Api.TOKEN);
                        if (lastEventId != null) {
                            request.putHeader("Last-Event-ID", lastEventId);
                        }
                        // From within: what comes before there is a handler is lost
                        return request.send().map(this::read);
                    })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }

        private int read(HttpClientResponse response) {
            response.handler(RecordParser.newDelimited("\n", line -> read(line.toString())));
            return response.statusCode();
        }

        private void read(String line) {
            if (line.startsWith("event:")) {
                name = line.substring(6).trim();
            } else if (line.startsWith("id:")) {
                id = line.substring(3).trim();
            } else if (line.startsWith("data:") && !name.isEmpty()) {
                events.add(new Received(name, id, new JsonObject(line.substring(5))));
                name = "";
                id = null;
            }
        }

        boolean saw(String name) {
            return events.stream().anyMatch(event -> event.name().equals(name));
        }

        boolean sawState(UUID id, String state) {
            return events.stream()
                    .anyMatch(event -> event.name().equals("job")
                            && event.data().getString("id").equals(id.toString())
                            && event.data().getString("state").equals(state));
        }

        String lastId() {
            String last = null;
            for (Received event : events) {
                last = event.id() == null ? last : event.id();
            }
            assertThat(last).as("an event with an id").isNotNull();
            return String.valueOf(last);
        }

        @Override
        public void close() {
            http.close();
        }
    }

    private Client open(String query, @Nullable String lastEventId) {
        Client client = new Client(vertx, query, lastEventId);
        assertThat(client.status).isEqualTo(200);
        eventually("the stream has begun", () -> client.saw("ready") || client.saw("resync"));
        return client;
    }

    private static NewJob scripted(JsonObject script) {
        return new NewJob(ScriptedHandler.KIND, script);
    }

    @Test
    void aListenerSeesAJobRunAndEnd() {
        try (Client client = open("", null)) {
            // When
            UUID id = jobs.enqueue(scripted(script().put("steps", 50).put("step_ms", 40)));

            // Then
            eventually("it runs", () -> client.sawState(id, "running"));
            eventually("it ends", () -> client.sawState(id, "succeeded"));
            long progress = client.events.stream()
                    .filter(event -> "work".equals(event.data().getString("stage")))
                    .count();
            assertThat(progress).isGreaterThan(1);
        }
    }

    @Test
    void aListenerSeesOnlyWhatItAskedFor() {
        UUID subject = UUID.randomUUID();
        try (Client client = open("?subject_id=" + subject, null)) {
            // When
            UUID other = jobs.enqueue(scripted(script()));
            awaitState(other, "succeeded");
            UUID own = jobs.enqueue(scripted(script()).withSubject(subject));

            // Then
            eventually("its own came", () -> client.sawState(own, "succeeded"));
            assertThat(client.sawState(other, "succeeded")).isFalse();
        }
    }

    @Test
    void aListenerThatComesAgainGetsWhatItMissed() {
        // Given
        String seen;
        try (Client client = open("", null)) {
            UUID first = jobs.enqueue(scripted(script()));
            eventually("it ends", () -> client.sawState(first, "succeeded"));
            seen = client.lastId();
        }
        UUID missed = jobs.enqueue(scripted(script()));
        awaitState(missed, "succeeded");

        // When
        try (Client client = open("", seen)) {
            // Then
            assertThat(client.sawState(missed, "succeeded")).isTrue();
            assertThat(client.saw("resync")).isFalse();
        }
        try (Client client = open("", "nonsense")) {
            assertThat(client.saw("resync")).isTrue();
        }
        try (Client client = open("", "9:1:5")) {
            assertThat(client.saw("resync")).isTrue();
        }
    }

    /** Changes of nothing, that keep what they were asked. */
    private final class NoChanges extends JobChanges {
        private final List<Optional<String>> asked = new CopyOnWriteArrayList<>();
        private volatile Context loop = vertx.getOrCreateContext();

        NoChanges() {
            super(database);
        }

        @Override
        Uni<Changes> since(@Nullable String cursor) {
            loop = vertx.getOrCreateContext();
            asked.add(Optional.ofNullable(cursor));
            return Uni.createFrom().item(new Changes("1:1:", List.of(), true));
        }
    }

    @Test
    void aListenerThatComesWhileALookIsDueMissesNothing() {
        // Given a hub that its only listener leaves, that sees this, and whose next look is still to come
        NoChanges nothing = new NoChanges();
        JobSignals signals = new JobSignals(vertx, store);
        JobMetrics metrics = new JobMetrics(new SimpleMeterRegistry());
        JobEvents hub = new JobEvents(vertx, nothing, views, metrics, json, config, signals);
        JobStream first = hub.open(ANYBODY, null, vertx.getOrCreateContext());
        eventually("the hub has looked", () -> nothing.asked.size() > 1);
        first.cancel();
        signals.change();
        CompletableFuture<Void> seen = new CompletableFuture<>();
        nothing.loop.runOnContext(ignored -> seen.complete(null));
        seen.orTimeout(5, TimeUnit.SECONDS).join();

        // When another comes in the moment of that look
        List<@Nullable String> events = new CopyOnWriteArrayList<>();
        JobStream second;
        synchronized (hub) {
            awaitOneThatWaitsForThisThread();
            second = hub.open(ANYBODY, null, vertx.getOrCreateContext());
        }
        Multi.createFrom().publisher(second).subscribe().with(event -> events.add(event.name()));

        // Then the hub goes on from where that one began, which has nothing to read again
        eventually("it has begun", () -> events.contains("ready"));
        int before = nothing.asked.size();
        eventually("the hub has looked again", () -> nothing.asked.size() > before);
        second.cancel();
        assertThat(nothing.asked).filteredOn(Optional::isEmpty).hasSize(2);
        assertThat(events).doesNotContain("resync");
    }

    /** Returns also when none comes, which is when the look was made before this thread held anything. */
    private static void awaitOneThatWaitsForThisThread() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < deadline
                && Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                        .noneMatch(thread -> thread.getLockOwnerId()
                                == Thread.currentThread().getId())) {
            pause(5);
        }
    }

    @Test
    void aPrincipalCannotHoldManyStreams() {
        List<Client> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(open("", null));
            }
            try (Client refused = new Client(vertx, "", null)) {
                assertThat(refused.status).isEqualTo(429);
            }
        } finally {
            open.forEach(Client::close);
        }
        eventually("the places are free again", () -> {
            try (Client client = new Client(vertx, "", null)) {
                return client.status == 200;
            }
        });
    }

    @Test
    void aChangeThatCommitsLateIsNotPassedOver() {
        // Given an early transaction that is still open when a later one has committed
        http().post("/api/v1/jobs/kinds/" + ScriptedHandler.KIND + "/pause")
                .then()
                .statusCode(200);
        UUID early = jobs.enqueue(scripted(script()));
        UUID late = jobs.enqueue(scripted(script()));
        String start = since(null).cursor();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> open = CompletableFuture.runAsync(
                () -> jobs.tx(tx -> tx.preparedQuery("update job set changed_xid = pg_current_xact_id() where id = $1")
                        .execute(Tuple.of(early))
                        .chain(() -> Uni.createFrom().completionStage(gate))),
                Concurrently.THREADS);
        eventually(
                "the early one is open",
                () -> jobs.count("select count(*) from pg_stat_activity where state = 'idle in transaction'"
                                + " and query like 'update job set changed_xid%'")
                        == 1);
        jobs.sql("update job set changed_xid = pg_current_xact_id() where id = $1", late);

        // When
        JobChanges.Changes first;
        try {
            first = since(start);
        } finally {
            gate.complete(null);
            open.join();
        }
        JobChanges.Changes second = since(first.cursor());
        JobChanges.Changes third = since(second.cursor());

        // Then
        assertThat(first.jobs()).extracting(job -> job.id).containsExactly(late);
        assertThat(second.jobs()).extracting(job -> job.id).containsExactly(early);
        assertThat(third.jobs()).isEmpty();
    }

    private JobChanges.Changes since(@Nullable String cursor) {
        CompletableFuture<JobChanges.Changes> result = new CompletableFuture<>();
        RunContexts.run(
                ((VertxInternal) vertx).createEventLoopContext(),
                () -> changes.since(cursor).subscribe().with(result::complete, result::completeExceptionally));
        return result.orTimeout(5, TimeUnit.SECONDS).join();
    }

    @Test
    void manyChangesAtOnceAskForAResync() {
        // Given
        http().post("/api/v1/jobs/kinds/" + ScriptedHandler.KIND + "/pause")
                .then()
                .statusCode(200);
        try (Client client = open("", null)) {
            // When
            List<NewJob> many = new ArrayList<>();
            for (int i = 0; i <= JobChanges.LIMIT; i++) {
                many.add(scripted(script()));
            }
            jobs.enqueueAll(many);

            // Then
            eventually("it is told to read again", () -> client.saw("resync"));
            assertThat(client.events.stream()
                            .filter(event -> event.name().equals("job"))
                            .count())
                    .isZero();
        }
    }
}
