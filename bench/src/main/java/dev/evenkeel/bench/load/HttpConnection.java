package dev.evenkeel.bench.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection with at most one request in flight, on one event loop. A full HTTP client would cost the two
 * shared cores as much per request as the server under test, and so hide differences between servers.
 */
final class HttpConnection {

    /** Told once a request has ended; exactly one of the two is called. Runs on the connection's event loop. */
    interface Answer {
        void response(int status, long bodyBytes);

        void failure(Throwable cause);
    }

    private final NetSocket socket;
    private final Runnable closed;
    private ResponseParser parser = new ResponseParser();
    private @Nullable Answer waiting;
    private boolean open = true;

    HttpConnection(NetSocket socket, Runnable closed) {
        this.socket = socket;
        this.closed = closed;
        socket.handler(this::received);
        socket.exceptionHandler(this::fail);
        socket.closeHandler(v -> fail(new IllegalStateException("connection closed by the server")));
    }

    boolean isOpen() {
        return open;
    }

    void send(Buffer request, Answer answer) {
        parser = new ResponseParser();
        waiting = answer;
        socket.write(request).onFailure(this::fail);
    }

    /** Ends the connection; a request in flight fails with the given cause. */
    void abort(Throwable cause) {
        fail(cause);
    }

    private void received(Buffer data) {
        Answer answer = waiting;
        if (answer == null) {
            fail(new IllegalStateException("bytes without a request"));
            return;
        }
        boolean complete;
        try {
            complete = parser.feed(data);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (complete) {
            waiting = null;
            if (!parser.keepAlive()) {
                shut();
            }
            answer.response(parser.status(), parser.bodyBytes());
        }
    }

    private void fail(Throwable cause) {
        shut();
        Answer answer = waiting;
        waiting = null;
        if (answer != null) {
            answer.failure(cause);
        }
    }

    private void shut() {
        if (open) {
            open = false;
            closed.run();
            // A connection that cannot be closed is gone already.
            socket.close().onFailure(ignored -> {});
        }
    }
}
