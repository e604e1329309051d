package dev.evenkeel.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A virus scanner on loopback with the interface of clamd: content with {@code scan-finds} in it is infected, with {@code scan-refuses} it
 * is too large for it, with {@code scan-hangs-up} it gets no answer, with {@code scan-never-ends} it waits for one. It serves one client
 * at a time: the next when the one before has hung up.
 */
public final class ScannerEndpoint implements QuarkusTestResourceLifecycleManager {
    private final ServerSocket server = listen();

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, String> start() {
        Thread thread = new Thread(this::serve, "scanner-endpoint");
        thread.setDaemon(true);
        thread.start();
        return Map.of(
                "evenkeel.knowledge.quarantine.scanner.host",
                "127.0.0.1",
                "evenkeel.knowledge.quarantine.scanner.port",
                String.valueOf(server.getLocalPort()));
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(client);
            } catch (IOException gone) {
                // The next one is served.
            }
        }
    }

    private static void answer(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        String command = new String(in.readNBytes(10), StandardCharsets.US_ASCII);
        if (!command.equals("zINSTREAM\0")) {
            return;
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int length = in.readInt(); length > 0; length = in.readInt()) {
            content.writeBytes(in.readNBytes(length));
        }
        String text = content.toString(StandardCharsets.ISO_8859_1);
        if (text.contains("scan-hangs-up")) {
            return;
        }
        if (text.contains("scan-never-ends")) {
            in.readAllBytes();
            return;
        }
        String answer = text.contains("scan-finds")
                ? "stream: Test.Signature FOUND"
                : text.contains("scan-refuses") ? "INSTREAM size limit exceeded. ERROR" : "stream: OK";
        client.getOutputStream().write((answer + "\0").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    @Override
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
