package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.job;
import static dev.evenkeel.knowledge.KnowledgeApi.jobInState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.ConversionEndpoint;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.OfflineModel;
import dev.evenkeel.testing.ScannerEndpoint;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans and images are read by a service, and every file is looked at by a virus scanner, where they are configured. */
@QuarkusTest
@QuarkusTestResource(value = ConversionEndpoint.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ScannerEndpoint.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = OfflineModel.class, restrictToAnnotatedClass = true)
class HttpExtractorTest {
    @ConfigProperty(name = "test.conversion-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @BeforeEach
    void aServiceThatWorks() {
        serviceIs("normal");
    }

    private void serviceIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour).then().statusCode(200);
    }

    private int requests() {
        return Integer.parseInt(RestAssured.get(endpoint + "/requests").asString());
    }

    @Test
    void aScanAndAnImageAreReadByTheServiceAndAPdfWithTextIsNot() {
        // Given
        UUID collection = collection();
        byte[] scan = SampleFiles.scannedPdf();
        int before = requests();

        // When
        UUID scanned = uploadedFile(collection, "a/b/sc\u00e4n.pdf", scan);
        UUID image = uploadedFile(collection, "photo.png", SampleFiles.image());
        UUID text = uploadedFile(collection, "text.pdf", SampleFiles.pdf(List.of(List.of("the okapi"))));

        // Then
        assertThat(completed(scanned).getString("extraction_method")).isEqualTo("external");
        assertThat(completed(image).getString("document_type")).isEqualTo("image");
        assertThat(completed(text).getString("extraction_method")).isEqualTo("pdf_text");
        assertThat(document(image).getString("title")).isEqualTo("Converted");
        assertThat(chunks(image).getString("items[0].content"))
                .contains("photo.png in " + SampleFiles.image().length + " bytes");
        assertThat(chunks(scanned).getString("items[0].content")).contains("in " + scan.length + " bytes");
        assertThat(foundDocuments("gerenuk", collection)).containsExactlyInAnyOrder(scanned, image);
        assertThat(requests() - before).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"away", "busy", "limited"})
    void whileTheServiceIsAwayTheJobWaitsWithoutCountingAttempts(String how) {
        // Given
        serviceIs(how);
        JsonPath answer = uploaded(collection(), new MultipartBody().file("scan.pdf", SampleFiles.scannedPdf()));
        UUID id = id(answer, "items[0].document_id");
        UUID job = id(answer, "items[0].job_id");
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(job(job).getList("attempts.outcome", String.class))
                        .hasSizeGreaterThanOrEqualTo(2)
                        .containsOnly("deferred"));
        assertThat(document(id).getString("state")).isIn("queued", "processing");

        // When
        serviceIs("normal");

        // Then
        completed(id);
        assertThat(job(job).getInt("failures")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "slow, takes too long",
        "down, hung up",
        "gave_up, fails with 408",
        "gateway, fails with 502",
        "gateway_waited, fails with 504"
    })
    void aServiceThatBreaksDownOnADocumentIsAFailedAttempt(String how, String words) {
        // Given
        serviceIs(how);
        JsonPath answer = uploaded(collection(), new MultipartBody().file("scan.pdf", SampleFiles.scannedPdf()));
        UUID job = id(answer, "items[0].job_id");
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(job(job).getInt("failures")).isPositive());
        assertThat(job(job).getString("attempts[0].outcome")).isEqualTo("failed");
        assertThat(job(job).getString("attempts[0].error.message")).contains(words);

        // When
        serviceIs("normal");

        // Then
        completed(id(answer, "items[0].document_id"));
    }

    @ParameterizedTest
    @CsvSource({"refusing, extractor_refused", "empty, extractor_refused", "endless, too_large"})
    void whatTheServiceCannotReadIsRejected(String how, String code) {
        // Given
        serviceIs(how);

        // When
        UUID id = uploadedFile(collection(), "scan.pdf", SampleFiles.scannedPdf());

        // Then
        assertThat(inState(id, "rejected").getString("error.code")).isEqualTo(code);
    }

    @Test
    void whatTheVirusScannerFindsIsHeldUntilItIsRestored() {
        // Given a file larger than one piece of the conversation
        UUID collection = collection();
        String content = "# Words\n\n" + "the okapi walks ".repeat(30_000) + "scan-finds";

        // When
        UUID id = uploadedFile(collection, "large.md", utf8(content));

        // Then
        JsonPath held = inState(id, "quarantined");
        assertThat(held.getString("error.code")).isEqualTo("malware");
        assertThat(held.getString("error.detail")).contains("Test.Signature");
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        // And once its owner has decided, it is not asked again
        JsonPath item = ok(get("/api/v1/quarantine?collection_id=" + collection));
        post("/api/v1/quarantine/" + item.getString("items[0].id") + "/restore", Map.of())
                .then()
                .statusCode(202);
        completed(id);
        assertThat(foundDocuments("okapi", collection)).isNotEmpty().containsOnly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan-refuses", "scan-hangs-up", "clean"})
    void aFileOfWhichTheScannerCannotTellIsRead(String how) {
        completed(uploadedFile(collection(), "a.md", utf8("the okapi: " + how)));
    }

    @Test
    void aCancellationDoesNotWaitForTheScannerAndHangsUp() {
        // Given a file with which the scanner comes to no end
        JsonPath answer = uploaded(collection(), new MultipartBody().file("a.md", "the okapi: scan-never-ends"));
        UUID job = id(answer, "items[0].job_id");
        jobInState(job, "running");

        // When
        post("/api/v1/jobs/" + job + "/cancel", Map.of()).then().statusCode(200);

        // Then
        assertThat(jobInState(job, "cancelled").getList("attempts.outcome")).containsExactly("cancelled");
        inState(id(answer, "items[0].document_id"), "cancelled");
        // And the scanner has time for the next file
        completed(uploadedFile(collection(), "b.md", utf8("the okapi: clean")));
    }

    @Test
    void aFileThatIsNoImageIsNotSentAtAll() {
        int before = requests();
        JsonPath answer = uploaded(
                collection(), new MultipartBody().file("photo.png", "text").file("x.jpg", SampleFiles.program()));
        assertThat(answer.getList("items.error.code")).containsExactly("wrong_magic", "executable");
        assertThat(requests()).isEqualTo(before);
    }
}
