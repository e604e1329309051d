package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.upload;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that cannot be taken store nothing and say why. */
@QuarkusTest
class UploadRefusalTest {
    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URL service;

    @Inject
    Sql sql;

    @Test
    void aRequestWithoutFilesIsRefused() {
        UUID collection = collection();
        invalid(upload(collection, new MultipartBody()), "file");
        invalid(
                upload(collection, new MultipartBody().part("form-data; name=\"other\"; filename=\"a.md\"", utf8("x"))),
                "file");
        JsonPath nameless = uploaded(collection, new MultipartBody().part("form-data; name=\"file\"", utf8("x")));
        assertThat(nameless.getString("items[0].state")).isEqualTo("rejected");
        assertThat(nameless.getString("items[0].error.code")).isEqualTo("invalid_path");
        problem(
                request().contentType(ContentType.JSON).body("{}").post(COLLECTIONS + "/" + collection + "/files"),
                415);
        assertThat(statistics(collection).getLong("documents")).isZero();
    }

    @Test
    void tooManyFilesAreRefusedTogether() {
        // Given
        UUID collection = collection();
        for (int files : List.of(1001, 5001)) {
            MultipartBody body = new MultipartBody();
            for (int i = 0; i < files; i++) {
                body.file(i + ".md", "x");
            }
            // Then
            problem(upload(collection, body), 400);
        }
        assertThat(statistics(collection).getLong("documents")).isZero();
    }

    @Test
    void aCollectionThatDoesNotExistTakesNothing() {
        // Given
        UUID deleted = collection();
        KnowledgeApi.delete(COLLECTIONS + "/" + deleted).then().statusCode(204);

        // Then
        problem(upload(NOBODY, new MultipartBody().file("a.md", "x")), 404);
        problem(upload(deleted, new MultipartBody().file("a.md", "x")), 404);
        assertThat(sql.number("select count(*) from document where collection_id = $1", NOBODY))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no boundary at all",
                "--evenkeel-test-boundary-7f3a\r\n",
                "--evenkeel-test-boundary-7f3a--\r\n",
                "--evenkeel-test-boundary-7f3a\r\n\r\n\r\n--evenkeel-test-boundary-7f3a--\r\n",
                "--evenkeel-test-boundary-7f3a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\nnever ends",
                "--evenkeel-test-boundary-7f3a\r\nContent-Disposition: attachment\r\n\r\nx\r\n--evenkeel-test-boundary-7f3a--\r\n",
                "--evenkeel-test-boundary-7f3a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\nx\r\n--evenkeel-test-boundary-7f3a--\r\n",
            })
    void aBrokenBodyStoresNothing(String body) {
        // Given
        UUID collection = collection();

        // When
        Response response = KnowledgeApi.multipart(collection, utf8(body), "");

        // Then it is refused, or each file in it by itself
        if (response.statusCode() == 202) {
            assertThat(Json.of(response).getList("items.state", String.class)).containsOnly("rejected");
        } else {
            problem(response, 400);
        }
        assertThat(statistics(collection).getLong("documents")).isZero();
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException, InterruptedException {
        // Given a client that goes away in the middle of its second file
        UUID collection = collection();
        byte[] begun = new MultipartBody()
                .file("first.md", "the okapi")
                .file("second.bin", SampleFiles.noise(300_000, 4))
                .unfinished();
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + COLLECTIONS + "/" + collection + "/files HTTP/1.1\r\nHost: localhost\r\n"
                            + "Authorization: Bearer " + Api.TOKEN + "\r\nContent-Type: " + MultipartBody.CONTENT_TYPE
                            + "\r\nContent-Length: 10000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(begun);
            out.flush();
            Thread.sleep(100);
        }

        // Then
        Thread.sleep(300);
        assertThat(statistics(collection).getLong("documents")).isZero();
        assertThat(foundDocuments("okapi", collection)).isEmpty();
    }
}
