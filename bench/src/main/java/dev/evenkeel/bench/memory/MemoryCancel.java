package dev.evenkeel.bench.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Queries that run into their time limit and queries whose client leaves, while a lock keeps all of them waiting: afterwards no
 * statement runs on the server, no permit is held, and every connection of the lanes can still be used at once.
 */
public final class MemoryCancel {

    private static final String NAMESPACE = "cancelled";
    private static final String ENTRIES = "/api/v1/memory/" + NAMESPACE + "/entries/";
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(200);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(5);
    private static final String STATEMENTS =
            "select count(*) from pg_stat_activity where application_name = 'evenkeel-entity' and state <> 'idle'";
    private static final String CONNECTIONS =
            "select count(*) from pg_stat_activity where application_name = 'evenkeel-entity'";

    private final Options options;
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Long> ends = new ConcurrentSkipListMap<>();

    private MemoryCancel(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of(
                        "memory-cancel", "queries that time out or whose client leaves give everything back")
                .with("queries", "1000", "queries in all; half of them time out, of the others the client leaves");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        boolean sound = new MemoryCancel(options).run();
        System.exit(sound ? 0 : 1);
    }

    private boolean run() throws Exception {
        var work = WorkDirectory.fresh(options, "memory-cancel");
        try (PostgresServer database = PostgresServer.start(work);
                ServiceProcess service = ServiceProcess.start(
                                "Evenkeel", ServiceSettings.from(options), work, environment(database))
                        .awaitReady()) {
            Machine machine = Machine.describe(database);
            Evenkeel api = new Evenkeel(service.target(), service.token());
            Requests requests = new Requests(service);
            requests.expect("PUT", 201);
            int permits = permits(api, "read") + permits(api, "write");
            disturb(database, requests, api);
            settle(database, api);
            int together = allTogether(database, requests, permits, api);
            report(machine, permits, together, count(database, CONNECTIONS));
        }
        return problems.isEmpty();
    }

    private static Map<String, String> environment(PostgresServer database) {
        Map<String, String> environment = new HashMap<>(database.serviceEnvironment());
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND", "0");
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND_AND_CALLER", "0");
        environment.put("EVENKEEL_DATABASE_READ_STATEMENT_TIMEOUT", STATEMENT_TIMEOUT.toMillis() + "ms");
        environment.put("EVENKEEL_DATABASE_WRITE_STATEMENT_TIMEOUT", STATEMENT_TIMEOUT.toMillis() + "ms");
        return environment;
    }

    /** Holds a lock that every query of an entry has to wait for, and sends as many at once as there are permits. */
    private void disturb(PostgresServer database, Requests requests, Evenkeel api)
            throws SQLException, IOException, InterruptedException {
        AtomicInteger left = new AtomicInteger(options.number("queries"));
        List<Thread> threads = new ArrayList<>();
        try (Connection lock = database.connect()) {
            lockEntries(lock);
            for (int i = 0; i < permits(api, "read"); i++) {
                threads.add(new Thread(() -> endBadly(requests, "GET", left)));
            }
            for (int i = 0; i < permits(api, "write"); i++) {
                threads.add(new Thread(() -> endBadly(requests, "PUT", left)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            // The lock is still held: a statement that nobody cancelled would be waiting for it now.
            Thread.sleep(STATEMENT_TIMEOUT.toMillis() * 3);
            long running = count(database, STATEMENTS);
            if (running > 0) {
                problems.add(running + " statements still run on the server");
            }
            lock.rollback();
        }
    }

    private static void lockEntries(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table memory_entry in access exclusive mode");
        }
    }

    private void endBadly(Requests requests, String method, AtomicInteger left) {
        int number = left.getAndDecrement();
        while (number > 0) {
            String end = number % 2 == 0 ? requests.timeOut(method) : requests.leave(method, number % 150);
            ends.merge(method + " " + end, 1L, Long::sum);
            number = left.getAndDecrement();
        }
    }

    private void settle(PostgresServer database, Evenkeel api) throws SQLException, IOException, InterruptedException {
        long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (true) {
            long running = count(database, STATEMENTS);
            long held = lane(api, "read").path("active").asLong()
                    + lane(api, "write").path("active").asLong()
                    + lane(api, "read").path("waiting").asLong()
                    + lane(api, "write").path("waiting").asLong();
            if (running == 0 && held == 0) {
                return;
            }
            if (System.nanoTime() > deadline) {
                problems.add(running + " statements run and " + held + " permits are held or waited for at the end");
                return;
            }
            Thread.sleep(50);
        }
    }

    /** Makes as many queries wait for a lock as there are permits; how many of them the server sees at the same time. */
    private int allTogether(PostgresServer database, Requests requests, int permits, Evenkeel api)
            throws SQLException, IOException, InterruptedException {
        int most = 0;
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        try (Connection lock = database.connect()) {
            lockEntries(lock);
            for (int i = 0; i < permits(api, "read"); i++) {
                answers.add(requests.send("GET"));
            }
            for (int i = 0; i < permits(api, "write"); i++) {
                answers.add(requests.send("PUT"));
            }
            long end = System.nanoTime() + STATEMENT_TIMEOUT.toNanos();
            while (System.nanoTime() < end && most < permits) {
                most = (int) Math.max(most, count(database, STATEMENTS));
            }
            lock.rollback();
        }
        answers.forEach(CompletableFuture::join);
        if (most < permits) {
            problems.add("only " + most + " of " + permits + " connections could be used at once");
        }
        requests.expect("GET", 200);
        requests.expect("PUT", 200);
        return most;
    }

    private static JsonNode lane(Evenkeel api, String name) throws IOException {
        for (JsonNode lane : api.get("/api/v1/operations/lanes").orThrow().path("lanes")) {
            if (lane.path("lane").asText().equals(name)) {
                return lane;
            }
        }
        throw new IllegalStateException("there is no lane " + name);
    }

    private static int permits(Evenkeel api, String name) throws IOException {
        return lane(api, name).path("permits").asInt();
    }

    private static long count(PostgresServer database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void report(Machine machine, int permits, int together, long connections) {
        problems.forEach(System.out::println);
        MarkdownTable table = new MarkdownTable("query and its end", "how many");
        new TreeMap<>(ends).forEach((end, count) -> table.row(end, Long.toString(count)));
        new Report("memory-cancel", "Queries that time out and clients that leave", machine)
                .value("ends", ends)
                .value("problems", problems)
                .paragraph(
                        "%s queries waited for a lock until the server cancelled them after %d ms or their client left. Afterwards, the lock still held, no statement ran on the server and no permit was held; %d connections are open and %d of %d permits could be used at once. %d problems."
                                .formatted(
                                        options.text("queries"),
                                        STATEMENT_TIMEOUT.toMillis(),
                                        connections,
                                        together,
                                        permits,
                                        problems.size()))
                .table(table)
                .write(options);
    }

    /** Requests of one entry that can be given up. */
    private final class Requests {

        private final ServiceProcess service;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        Requests(ServiceProcess service) {
            this.service = service;
        }

        private HttpRequest request(String method) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(service.target().url(ENTRIES + "one")))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Bearer " + service.token())
                    .header("Content-Type", "application/json");
            return method.equals("GET")
                    ? request.GET().build()
                    : request.PUT(BodyPublishers.ofString("{\"text\":\"a value\"}"))
                            .build();
        }

        CompletableFuture<Integer> send(String method) {
            return http.sendAsync(request(method), BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
        }

        /** Waits for the answer, which must be that of a query that took too long. */
        String timeOut(String method) {
            int status = send(method).join();
            if (status < 500) {
                problems.add(method + " was answered " + status + " although it could not run");
            }
            return "timed out, answered " + status;
        }

        /** Leaves after the given time: the connection is closed under the query. */
        String leave(String method, int millis) {
            CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request(method), BodyHandlers.discarding());
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer.cancel(true);
            return "client left";
        }

        void expect(String method, int expected) {
            int status = send(method).join();
            if (status != expected) {
                problems.add(method + " was answered " + status);
            }
        }
    }
}
