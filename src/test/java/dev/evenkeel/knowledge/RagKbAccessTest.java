package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.RagKbApi.NAME;
import static dev.evenkeel.knowledge.RagKbApi.detail;
import static dev.evenkeel.knowledge.RagKbApi.postJson;
import static dev.evenkeel.knowledge.RagKbApi.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use the API of rag-kb, and what others are told. */
@QuarkusTest
class RagKbAccessTest {
    @Inject
    Database database;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    private UUID base = NOBODY;

    @BeforeEach
    void begin() {
        base = RagKbApi.emptyKnowledgeBase();
    }

    @AfterEach
    void goOn() {
        resumeIngestion();
    }

    @Test
    void theKnowledgeBaseIsForAdministratorsAndItsTokens() {
        // Given
        storeAt(base, "a.md", "the addax");
        Tenants tenants = new Tenants(database);
        JsonPath reading = postJson(
                        COLLECTIONS + "/" + base + "/access-tokens", Map.of("label", "r", "scopes", List.of("read")))
                .jsonPath();
        JsonPath writing = postJson(
                        COLLECTIONS + "/" + base + "/access-tokens",
                        Map.of("label", "w", "scopes", List.of("read", "write")))
                .jsonPath();
        Map<String, Integer> list = new HashMap<>();
        tenants.credentials()
                .forEach(credential -> list.put(
                        credential.name(),
                        as(credential.token()).get("/documents").statusCode()));

        // Then
        tenants.credentials().forEach(credential -> {
            int expected = !credential.valid() || credential.token().isEmpty()
                    ? 401
                    : !credential.reads() ? 403 : credential.administrator() ? 200 : 404;
            assertThat(list.get(credential.name())).as(credential.name()).isEqualTo(expected);
        });
        assertThat(detail(RestAssured.get("/documents"), 401)).isNotBlank();
        assertThat(detail(as("wrong").get("/documents"), 401)).isNotBlank();
        assertThat(detail(as("wrong").post("/query"), 401)).isNotBlank();
        String reader = reading.getString("token");
        String writer = writing.getString("token");
        assertThat(ok(as(reader).get("/documents")).getInt("total_documents")).isEqualTo(1);
        assertThat(ok(as(reader)
                                .contentType(ContentType.JSON)
                                .body(Map.of("text", "addax"))
                                .post("/query"))
                        .getInt("total_results"))
                .isEqualTo(1);
        detail(as(reader).delete("/document/a.md"), 403);
        detail(as(reader).post("/indexing/clear"), 403);
        detail(as(reader).get("/database/check-duplicates"), 403);
        detail(as(reader).get("/documents/integrity"), 403);
        assertThat(ok(as(writer).get("/database/check-duplicates")).getInt("total_documents"))
                .isEqualTo(1);
        assertThat(ok(as(writer).get("/documents/integrity")).getInt("complete"))
                .isEqualTo(1);
        detail(as(writer).post("/indexing/pause"), 403);
        detail(as(writer).get("/api/security/nothing"), 404);
        ok(as(writer).post("/indexing/clear"));
        assertThat(ok(as(writer).delete("/document/a.md")).getBoolean("found")).isTrue();
        // The tokens end here, so that the next test may begin with an empty knowledge base.
        for (JsonPath token : List.of(reading, writing)) {
            request().delete("/api/v1/collection-access-tokens/" + token.getString("id"));
        }
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return token.isEmpty() ? RestAssured.given() : RestAssured.given().header("Authorization", "Bearer " + token);
    }

    @Test
    void ofManyFirstCallersAllSeeTheSameKnowledgeBase() {
        // Given
        request().delete(COLLECTIONS + "/" + base).then().statusCode(204);
        // When
        List<Integer> statuses = Concurrently.all(
                8,
                number -> Concurrently.patiently(() -> request().get("/documents"))
                        .statusCode());
        // Then
        assertThat(statuses).containsOnly(200);
        List<String> names = new ArrayList<>();
        ok(request().get(COLLECTIONS + "?limit=200")).<String>getList("items.name").stream()
                .filter(NAME::equals)
                .forEach(names::add);
        assertThat(names).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"PUT,documents,405", "GET,query,405", "GET,indexing/nothing,404", "POST,document/a.md,405"})
    void whatIsNoRouteIsAnErrorInTheSameForm(String method, String path, int status) throws Exception {
        HttpResponse<String> response = raw(service, method, path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JsonPath.from(response.body()).getMap("$")).containsOnlyKeys("detail");
    }
}
