package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bytes come back as they went, or the answer breaks off. */
@QuarkusTest
class DownloadTest {
    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URL service;

    @Test
    void bytesComeBackAsTheyWent() {
        // Given a PDF of 3 MB, a text of several parts, and one that ends exactly with a part
        UUID collection = collection();
        byte[] pdf = SampleFiles.largePdf(3_000_000, "the okapi in the noise");
        byte[] text = utf8(SampleFiles.largeText(1_300_000, "marker"));
        byte[] exact = Arrays.copyOf(text, 2 * 512 * 1024);
        pauseIngestion();
        List<UUID> ids = new ArrayList<>();
        try {
            JsonPath answer = uploaded(
                    collection,
                    new MultipartBody().file("a.pdf", pdf).file("b.txt", text).file("c.txt", exact));
            answer.getList("items.document_id", String.class).forEach(text1 -> ids.add(UUID.fromString(text1)));

            // Then they can be read before they are indexed
            assertContent(ids.get(0), pdf);
            assertContent(ids.get(1), text);
            assertContent(ids.get(2), exact);
            KnowledgeApi.delete(DOCUMENTS + "/" + ids.get(2)).then().statusCode(204);
            KnowledgeApi.delete(DOCUMENTS + "/" + ids.get(1)).then().statusCode(204);
        } finally {
            resumeIngestion();
        }
        JsonPath document = completed(ids.get(0));
        assertThat(document.getString("document_type")).isEqualTo("pdf");
        assertThat(document.getInt("page_count")).isEqualTo(1);
        assertContent(ids.get(0), pdf);
        assertThat(foundDocuments("okapi", collection)).containsExactly(ids.get(0));
    }

    @Test
    void aDownloadThatIsOvertakenByNewContentBreaksOff() throws IOException {
        // Given a document so large that a client that does not read keeps its sending waiting
        UUID collection = collection();
        byte[] first = SampleFiles.largePdf(24_000_000, "the okapi");
        UUID id = uploadedFile(collection, "a.pdf", first);
        completed(id);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(32 * 1024);
            socket.connect(new java.net.InetSocketAddress(service.getHost(), service.getPort()));
            socket.setSoTimeout(15_000);
            socket.getOutputStream()
                    .write(("GET " + DOCUMENTS + "/" + id
                                    + "/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Api.TOKEN
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");

            // When new content is indexed meanwhile
            uploadedFile(collection, "a.pdf", SampleFiles.pdf(List.of(List.of("the gerenuk"))));
            Eventually.holds(
                    () -> assertThat(document(id).getInt("indexed_revision")).isEqualTo(2));

            // Then the client sees that it has not got everything, instead of waiting
            long received = 12;
            byte[] buffer = new byte[1 << 16];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    received += n;
                }
            } catch (java.net.SocketException reset) {
                // A reset is as clear as an early end.
            }
            assertThat(received).isLessThan(first.length);
        }
    }

    private static void assertContent(UUID id, byte[] expected) {
        Response response = get(DOCUMENTS + "/" + id + "/content");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/octet-stream");
        assertThat(response.header("Content-Length"))
                .as("length of a chunked answer")
                .isNull();
        assertThat(response.header("Content-Disposition")).startsWith("attachment");
        assertThat(response.asByteArray()).isEqualTo(expected);
        assertThat(document(id).getString("content_hash")).isEqualTo(sha256(expected));
        assertThat(document(id).getLong("size_bytes")).isEqualTo(expected.length);
    }
}
