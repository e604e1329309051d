package dev.evenkeel.bench.fuzz;

import dev.evenkeel.bench.load.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sends any bytes at all over a connection of their own and reads what comes back; no client library would send most of them. */
final class RawHttp {

    private static final int CONNECT_MILLIS = 5000;
    private static final int LONGEST_BODY = 4 << 20;

    private final Target target;

    RawHttp(Target target) {
        this.target = target;
    }

    /** The answer, or {@link RawAnswer#NONE} when none came within the time. */
    RawAnswer exchange(byte[] request, int timeoutMillis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            socket.setSoTimeout(timeoutMillis);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
            } catch (IOException answeredAndClosedBeforeTheEnd) {
                // A refusal may come while a large body is still on its way; it can be read all the same.
            }
            return read(socket.getInputStream());
        } catch (SocketTimeoutException silent) {
            return RawAnswer.NONE;
        }
    }

    private static RawAnswer read(InputStream in) throws IOException {
        String head;
        try {
            head = readHead(in);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException reset) {
            return RawAnswer.NONE;
        }
        if (head.length() < 12 || !head.startsWith("HTTP/1.")) {
            return RawAnswer.NONE;
        }
        int status = Integer.parseInt(head.substring(9, 12));
        if (status == 100) {
            return read(in);
        }
        Map<String, String> headers = headers(head);
        return new RawAnswer(status, headers, readBody(in, headers, status));
    }

    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        for (int b = in.read(); b >= 0 && head.size() < 65_536; b = in.read()) {
            head.write(b);
            last = last << 8 | b;
            if (last == 0x0d0a0d0a) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> headers(String head) {
        Map<String, String> headers = new LinkedHashMap<>();
        head.lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        });
        return headers;
    }

    private static String readBody(InputStream in, Map<String, String> headers, int status) throws IOException {
        boolean stream = headers.getOrDefault("content-type", "").startsWith("text/event-stream");
        if (status == 204 || status == 304 || stream) {
            return "";
        }
        try {
            if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
                return readChunks(in);
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new String(in.readNBytes(Math.min(length, LONGEST_BODY)), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException streamWithoutEnd) {
            return "";
        }
    }

    private static String readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < LONGEST_BODY) {
            StringBuilder size = new StringBuilder();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                size.append((char) b);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            body.writeBytes(in.readNBytes(length));
            in.readNBytes(2);
            if (length == 0) {
                break;
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }
}
