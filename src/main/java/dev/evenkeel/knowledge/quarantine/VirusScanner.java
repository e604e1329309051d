package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Has content scanned by a ClamAV daemon, by its command INSTREAM: pieces with their lengths in front, a length of zero at the end, then
 * one line of answer.
 */
@ApplicationScoped
public class VirusScanner {
    private static final Logger LOG = Logger.getLogger(VirusScanner.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);
    private static final int PIECE_BYTES = 256 * 1024;
    private static final int MAX_ANSWER_BYTES = 4 * 1024;
    private static final String CLEAN = "stream: OK";
    private static final String FOUND = " FOUND";

    private final QuarantineConfig.Scanner config;
    private final NetClient client;
    private final Offload offload;
    private final MeterRegistry metrics;

    VirusScanner(QuarantineConfig config, Vertx vertx, Offload offload, MeterRegistry metrics) {
        this.config = config.scanner();
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) CONNECT_TIMEOUT.toMillis()));
        this.offload = offload;
        this.metrics = metrics;
    }

    /**
     * What a scan of a file has found; empty when it is clean, when no scanner is configured, or when the scanner cannot tell and that is
     * to count as clean.
     *
     * @throws RetryLater (as failure) when the scanner cannot tell and that is not to count as clean
     */
    public Uni<Optional<String>> scan(Path file) {
        if (config.host().isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return connect(config.host().get())
                .chain(socket -> ask(socket, file).eventually(() -> {
                    socket.close();
                }))
                .ifNoItem()
                .after(config.timeout())
                .failWith(() -> new IOException("it took too long"))
                .map(VirusScanner::finding)
                .invoke(found -> count(found.isPresent() ? "found" : "clean"))
                .onFailure()
                .recoverWithUni(this::unknown);
    }

    private Uni<NetSocket> connect(String host) {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean abandoned = new AtomicBoolean();
            emitter.onTermination(() -> abandoned.set(true));
            client.connect(config.port(), host)
                    .onComplete(
                            socket -> {
                                if (abandoned.get()) {
                                    socket.close();
                                } else {
                                    emitter.complete(socket);
                                }
                            },
                            emitter::fail);
        });
    }

    private Uni<String> ask(NetSocket socket, Path file) {
        return Uni.createFrom().emitter(emitter -> {
            listen(socket, emitter);
            write(socket, Buffer.buffer("zINSTREAM\0"))
                    .chain(() -> send(socket, file, 0))
                    .subscribe()
                    .with(sent -> LOG.trace("All was sent to the virus scanner"), emitter::fail);
        });
    }

    /** The answer may come before everything is sent, when the daemon has seen enough. */
    private static void listen(NetSocket socket, UniEmitter<? super String> emitter) {
        Buffer answer = Buffer.buffer();
        socket.handler(piece -> {
            answer.appendBuffer(piece);
            String text = answer.toString(StandardCharsets.UTF_8);
            int end = text.indexOf('\0');
            if (end >= 0) {
                emitter.complete(text.substring(0, end).trim());
            } else if (answer.length() > MAX_ANSWER_BYTES) {
                emitter.fail(new IOException("its answer is too long"));
            }
        });
        socket.exceptionHandler(emitter::fail);
        socket.closeHandler(closed -> emitter.fail(new IOException("it hung up")));
    }

    private Uni<Void> send(NetSocket socket, Path file, long offset) {
        return offload.bulk(() -> piece(file, offset)).chain(piece -> {
            Uni<Void> written = write(
                    socket,
                    Buffer.buffer(piece.length + Integer.BYTES)
                            .appendInt(piece.length)
                            .appendBytes(piece));
            return piece.length == 0 ? written : written.chain(() -> send(socket, file, offset + piece.length));
        });
    }

    private static byte[] piece(Path file, long offset) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long left = Math.max(0, channel.size() - offset);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
            channel.position(offset);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("the file has become shorter");
                }
            }
            return buffer.array();
        }
    }

    /** Completes when the operating system has taken it, so that no more than one piece is in memory. */
    private static Uni<Void> write(NetSocket socket, Buffer buffer) {
        return Uni.createFrom().emitter(emitter -> socket.write(buffer).onComplete(emitter::complete, emitter::fail));
    }

    private static Optional<String> finding(String answer) {
        if (answer.equals(CLEAN)) {
            return Optional.empty();
        }
        if (answer.endsWith(FOUND)) {
            return Optional.of(answer.substring(answer.indexOf(' ') + 1, answer.length() - FOUND.length()));
        }
        throw new IllegalStateException("it said: " + answer);
    }

    private Uni<Optional<String>> unknown(Throwable failure) {
        count("unknown");
        if (config.failOpen()) {
            LOG.warnf("A document is read although the virus scanner could not tell: %s", failure.getMessage());
            return Uni.createFrom().item(Optional.empty());
        }
        return Uni.createFrom()
                .failure(new RetryLater(RETRY_DELAY, "The virus scanner cannot tell: " + failure.getMessage() + "."));
    }

    private void count(String outcome) {
        metrics.counter("evenkeel.knowledge.quarantine.scans", "outcome", outcome)
                .increment();
    }
}
