package dev.evenkeel.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart form body byte for byte, with file names as they are: no client library changes them. */
public final class MultipartBody {
    public static final String BOUNDARY = "evenkeel-test-boundary-7f3a";
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds a file under the name that uploads use. */
    public MultipartBody file(String fileName, byte[] content) {
        return part("form-data; name=\"file\"; filename=\"" + fileName + "\"", content);
    }

    /** Adds a text file. */
    public MultipartBody file(String fileName, String content) {
        return file(fileName, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a part with any disposition. */
    public MultipartBody part(String disposition, byte[] content) {
        write("--" + BOUNDARY + "\r\nContent-Disposition: " + disposition
                + "\r\nContent-Type: application/octet-stream\r\n\r\n");
        bytes.writeBytes(content);
        write("\r\n");
        return this;
    }

    /** The body with its closing boundary. */
    public byte[] end() {
        write("--" + BOUNDARY + "--\r\n");
        return bytes.toByteArray();
    }

    /** The body as far as it has been written, without an end. */
    public byte[] unfinished() {
        return bytes.toByteArray();
    }

    private void write(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
