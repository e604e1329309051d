package dev.evenkeel.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Free ports of the loopback interface. */
public final class Ports {

    private Ports() {}

    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /** The given port when nothing listens there, else the next free one above it. */
    public static int freeFrom(int first) {
        for (int port = first; port < first + 200; port++) {
            if (!listens(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + first);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException nothingThere) {
            return false;
        }
    }
}
