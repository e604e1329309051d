package dev.evenkeel.bench.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds where one HTTP/1.1 response ends, with as little work as a load generator can afford: the status, the framing
 * headers (Content-Length, chunked) and whether the connection stays open. Bodies are counted, not kept.
 */
final class ResponseParser {

    /** Length of the empty line that ends a head, and of the line breaks that end a chunked body. */
    private static final int HEAD_END_LENGTH = 4;

    private Buffer pending = Buffer.buffer();
    private boolean headSeen;
    private boolean chunked;
    private long bodyLeft;
    private int status;
    private boolean keepAlive = true;
    private long bodyBytes;

    /**
     * Takes the next bytes of the connection.
     *
     * @return true when the response is complete
     * @throws IllegalStateException when the bytes are not an HTTP/1.1 response
     */
    boolean feed(Buffer data) {
        if (!headSeen) {
            pending.appendBuffer(data);
            int end = indexOfHeadEnd(pending);
            if (end < 0) {
                return false;
            }
            readHead(pending.getString(0, end, StandardCharsets.ISO_8859_1.name()));
            data = pending.getBuffer(end + HEAD_END_LENGTH, pending.length());
            pending = Buffer.buffer();
            headSeen = true;
        }
        return chunked ? feedChunked(data) : feedPlain(data);
    }

    private boolean feedPlain(Buffer data) {
        bodyBytes += data.length();
        bodyLeft -= data.length();
        return bodyLeft <= 0;
    }

    private boolean feedChunked(Buffer data) {
        pending.appendBuffer(data);
        while (true) {
            if (bodyLeft > 0) {
                if (pending.length() < bodyLeft) {
                    return false;
                }
                pending = pending.getBuffer((int) bodyLeft, pending.length());
                bodyLeft = 0;
            }
            int lineEnd = indexOfLineEnd(pending);
            if (lineEnd < 0) {
                return false;
            }
            String sizeText = pending.getString(0, lineEnd).strip();
            int extension = sizeText.indexOf(';');
            int size = Integer.parseInt(extension < 0 ? sizeText : sizeText.substring(0, extension), 16);
            if (size == 0) {
                return pending.length() >= lineEnd + HEAD_END_LENGTH;
            }
            bodyBytes += size;
            bodyLeft = size + 2L;
            pending = pending.getBuffer(lineEnd + 2, pending.length());
        }
    }

    private void readHead(String head) {
        if (!head.startsWith("HTTP/1.1 ") || head.length() < 12) {
            throw new IllegalStateException("not an HTTP/1.1 response");
        }
        status = Integer.parseInt(head.substring(9, 12));
        String lower = head.toLowerCase(Locale.ROOT);
        keepAlive = !lower.contains("\r\nconnection: close");
        chunked = lower.contains("\r\ntransfer-encoding: chunked");
        int length = lower.indexOf("\r\ncontent-length:");
        if (length >= 0) {
            int from = length + "\r\ncontent-length:".length();
            int to = lower.indexOf('\r', from);
            bodyLeft = Long.parseLong(
                    lower.substring(from, to < 0 ? lower.length() : to).strip());
        }
    }

    private static int indexOfHeadEnd(Buffer buffer) {
        for (int i = 0; i + 3 < buffer.length(); i++) {
            if (buffer.getByte(i) == '\r'
                    && buffer.getByte(i + 1) == '\n'
                    && buffer.getByte(i + 2) == '\r'
                    && buffer.getByte(i + 3) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfLineEnd(Buffer buffer) {
        for (int i = 0; i + 1 < buffer.length(); i++) {
            if (buffer.getByte(i) == '\r' && buffer.getByte(i + 1) == '\n') {
                return i;
            }
        }
        return -1;
    }

    int status() {
        return status;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /** Bytes of the body seen so far, without chunk framing. */
    long bodyBytes() {
        return bodyBytes;
    }
}
