package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Content that a safety rule refuses, and what is asked about it. */
abstract class QuarantineScenario {
    static final String QUARANTINE = "/api/v1/quarantine";
    static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";
    static final String FORBIDDEN = "# Forbidden\n\nthe forbidden okapi\n";
    static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    Sql sql;

    @Inject
    Database database;

    static byte[] pdf(String text) {
        return SampleFiles.pdf(List.of(List.of(text)));
    }

    /** A small document whose XML unpacks to many times its size. */
    static byte[] bomb(String text) {
        return SampleDocuments.docx("<!--" + " ".repeat(8 << 20) + "-->" + SampleDocuments.paragraph("", text));
    }

    void change(String statement, Object argument) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.of(argument)))
                .await()
                .atMost(LIMIT);
    }

    static List<Object> items(UUID collection) {
        return ok(get(QUARANTINE + "?limit=200&collection_id=" + collection)).getList("items");
    }

    /** The item that holds a document. */
    static JsonPath item(UUID document) {
        String collection = document(document).getString("collection_id");
        JsonPath list = ok(get(QUARANTINE + "?limit=200&collection_id=" + collection));
        String item = list.getString("items.find { it.document_id == '" + document + "' }.id");
        assertThat(item).as(list.prettify()).isNotNull();
        return ok(get(QUARANTINE + "/" + item));
    }

    static JsonPath restored(String item) {
        Response answer = request().post(QUARANTINE + "/" + item + "/restore");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        return Json.of(answer);
    }
}
