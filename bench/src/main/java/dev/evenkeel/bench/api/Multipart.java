package dev.evenkeel.bench.api;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/** A multipart/form-data body whose parts are all named "file". */
final class Multipart {

    private static final String BOUNDARY = "evenkeel-bench-5f2b8c1d";

    static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private Multipart() {}

    static BodyPublisher body(List<UploadFile> files) throws FileNotFoundException {
        List<BodyPublisher> parts = new ArrayList<>();
        for (UploadFile file : files) {
            String name = file.path().replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
            parts.add(BodyPublishers.ofString(
                    "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
            parts.add(file.content());
            parts.add(BodyPublishers.ofString("\r\n"));
        }
        parts.add(BodyPublishers.ofString("--" + BOUNDARY + "--\r\n"));
        return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
    }
}
