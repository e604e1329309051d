package dev.evenkeel.bench.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A multipart/form-data body whose parts are all named "file". */
final class Multipart {

    static final String BOUNDARY = "evenkeel-bench-5f2b8c1d";
    static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private Multipart() {}

    static byte[] body(List<UploadFile> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
        for (UploadFile file : files) {
            String name = file.path().replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
            out.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.writeBytes(file.bytes());
            out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
