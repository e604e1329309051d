package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is asked to stop serves what it has begun, and stops its database last. */
class GracefulShutdownIT {
    /** What the shell and Kubernetes call "ended by SIGTERM". */
    private static final int TERMINATED = 128 + 15;

    private static final String BODY = "{\"name\":\"written while stopping\"}";

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void servesWhatItHasBegun() throws Exception {
        Postmaster postmaster = new Postmaster(directory.resolve("data"));
        try (ServiceProcess service = ServiceProcess.in(directory)
                .with("QUARKUS_SHUTDOWN_DELAY", "8s")
                .startReady()) {
            // Given a request whose body is still on its way
            try (Socket client = new Socket("127.0.0.1", service.port())) {
                client.setSoTimeout(30_000);
                OutputStream out = client.getOutputStream();
                out.write(head().getBytes(StandardCharsets.US_ASCII));
                out.write(BODY.substring(0, 5).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                // When the service is asked to stop
                service.terminate();
                // Then it says first that it wants no more, while it lives and serves
                Eventually.holds(() -> assertThat(service.probe("ready")).isEqualTo(503));
                assertThat(service.probe("live")).isEqualTo(200);
                assertThat(service.get("/api/v1/collections").statusCode()).isEqualTo(200);
                // And it waits for the request that it has begun, longer than the delay
                Thread.sleep(9_000);
                assertThat(service.running()).isTrue();
                out.write(BODY.substring(5).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 201");
            }
            // And ends in order, its database last
            assertThat(service.awaitExit()).isIn(0, TERMINATED);
            assertThat(postmaster.process()).isEmpty();
            assertThat(postmaster.log()).contains("received fast shutdown request", "database system is shut down");
            service.wasCalm();
        }
        // And what was answered has been stored
        try (ServiceProcess again = ServiceProcess.in(directory).startReady()) {
            assertThat(again.get("/api/v1/collections").body()).contains("written while stopping");
        }
    }

    private static String head() {
        return "POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Bearer " + ServiceProcess.TOKEN + "\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + BODY.length() + "\r\n\r\n";
    }
}
