package dev.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Credential;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may do what by MCP: every tool times every kind of credential. A tool without a row here fails. */
@QuarkusTest
class ToolPermissionMatrixTest {
    private static final int HIDDEN = -32602;

    private enum Need {
        READ,
        WRITE,
        MANAGE,
        /** The scope read, in memory of one's own: no collection's token. */
        OWN_READ,
        /** The same with the scope write. */
        OWN_WRITE,
        /** The scope read; what it looks into is the installation's. */
        INSTALLATION_READ;

        boolean onlyReads() {
            return this == READ || this == OWN_READ || this == INSTALLATION_READ;
        }
    }

    /** A row: a tool, what it needs, and arguments with which it would succeed. */
    private record Row(String tool, Need need, String arguments) {
        boolean namesSomething() {
            return arguments.contains("{collection}")
                    || arguments.contains("{document}")
                    || arguments.contains("{job}")
                    || arguments.contains("{cat}")
                    || arguments.contains("{spare-collection}");
        }
    }

    private static Row row(String tool, Need need, String arguments) {
        return new Row(tool, need, arguments.replace('\'', '"'));
    }

    private static final List<Row> ROWS = List.of(
            row("search_documents", Need.READ, "{'query':'words','collection_id':'{collection}'}"),
            row("store_document", Need.WRITE, "{'content':'{random}','collection_id':'{collection}'}"),
            row("get_document", Need.READ, "{'document_id':'{document}'}"),
            row("list_documents", Need.READ, "{}"),
            row("get_document_links", Need.READ, "{'document_id':'{document}'}"),
            row("find_related_documents", Need.READ, "{'document_id':'{document}'}"),
            row("find_similar_documents", Need.READ, "{'document_id':'{document}'}"),
            row("update_document", Need.WRITE, "{'document_id':'{document}','title':'t'}"),
            row("delete_document", Need.WRITE, "{'document_id':'{document}'}"),
            row(
                    "move_document",
                    Need.MANAGE,
                    "{'document_id':'{document}','target_collection_id':'{other-collection}'}"),
            row("create_collection", Need.MANAGE, "{'name':'{random}'}"),
            row("list_collections", Need.READ, "{}"),
            row("get_collection", Need.READ, "{'collection_id':'{collection}'}"),
            row("rename_collection", Need.MANAGE, "{'collection_id':'{spare-collection}','name':'{random}'}"),
            row("delete_collection", Need.MANAGE, "{'collection_id':'{spare-collection}'}"),
            row("create_collection_access_token", Need.MANAGE, "{'collection_id':'{collection}','label':'l'}"),
            row("list_collection_access_tokens", Need.MANAGE, "{'collection_id':'{collection}'}"),
            row("rotate_collection_access_token", Need.MANAGE, "{'token_id':'{cat}'}"),
            row("revoke_collection_access_token", Need.MANAGE, "{'token_id':'{cat}'}"),
            row("remember", Need.OWN_WRITE, "{'text':'{random}','key':'k'}"),
            row("recall", Need.OWN_READ, "{'key':'k'}"),
            row("search_memory", Need.OWN_READ, "{'query':'words'}"),
            row("forget", Need.OWN_WRITE, "{'key':'k'}"),
            row("list_memories", Need.OWN_READ, "{}"),
            row("get_knowledge_stats", Need.READ, "{}"),
            row("job_status", Need.READ, "{'job_id':'{job}'}"),
            row("job_list", Need.READ, "{}"),
            row("job_cancel", Need.WRITE, "{'job_id':'{job}'}"),
            row("query_knowledge_base", Need.INSTALLATION_READ, "{'query':'words'}"),
            row("list_indexed_documents", Need.INSTALLATION_READ, "{}"),
            row("get_kb_stats", Need.INSTALLATION_READ, "{}"));

    @Inject
    Database database;

    @Test
    void everyToolHasARow() {
        List<String> tools =
                call(Api.TOKEN, "tools/list", new JsonObject()).jsonPath().getList("result.tools.name", String.class);
        assertThat(new TreeSet<>(ROWS.stream().map(Row::tool).toList())).isEqualTo(new TreeSet<>(tools));
    }

    @Test
    void everyCredentialMayCallWhatItMayAndNothingElse() {
        // Given two tenants and an administrator, with every kind of credential
        Tenants tenants = new Tenants(database);
        List<String> wrong = new ArrayList<>();
        for (Row row : ROWS) {
            JsonObject parameters = parameters(row, tenants);
            for (Credential credential : tenants.credentials()) {
                // When each calls the tool for the first tenant's things
                Response answer = call(credential.token(), "tools/call", parameters);
                // What it has changed or used up is made anew for the next
                if (outcome(answer).equals("allowed") && !row.need().onlyReads()) {
                    parameters = parameters(row, tenants);
                }
                // Then
                String expected = expected(row, credential);
                if (!outcome(answer).equals(expected)) {
                    wrong.add(row.tool() + " as " + credential.name() + ": " + answer.asString() + " instead of "
                            + expected);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static JsonObject parameters(Row row, Tenants tenants) {
        return new JsonObject().put("name", row.tool()).put("arguments", new JsonObject(tenants.fill(row.arguments())));
    }

    /** What the rules say, spelt out independently of the service's code. */
    private static String expected(Row row, Credential credential) {
        if (!credential.valid()) {
            return "401";
        }
        if (row.need() == Need.INSTALLATION_READ) {
            return !credential.reads() ? "hidden" : credential.administrator() ? "allowed" : "unknown";
        }
        boolean scope =
                row.need() == Need.READ || row.need() == Need.OWN_READ ? credential.reads() : credential.writes();
        boolean within = row.need() == Need.READ || row.need() == Need.WRITE;
        if (!scope || !within && credential.kind() == Credential.Kind.COLLECTION_TOKEN) {
            return "hidden";
        }
        return !row.namesSomething() || credential.reachesTheCollection() ? "allowed" : "unknown";
    }

    /** A tool that is not for the credential is hidden from it; a thing that is out of reach is not there. */
    private static String outcome(Response answer) {
        if (answer.statusCode() == 401) {
            return "401";
        }
        JsonPath body = Json.of(answer);
        if (answer.statusCode() != 200 || body.getString("error") != null && body.getInt("error.code") != HIDDEN) {
            return "failed";
        }
        if (body.getString("error") != null) {
            return "hidden";
        }
        String text = body.getString("result.content[0].text");
        return body.getBoolean("result.isError") && text.startsWith("There is no such") ? "unknown" : "allowed";
    }

    private static Response call(String token, String method, JsonObject parameters) {
        var request = RestAssured.given()
                .header("Accept", "application/json, text/event-stream")
                .contentType(ContentType.JSON)
                .body(new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", "1")
                        .put("method", method)
                        .put("params", parameters)
                        .encode());
        return (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).post("/mcp");
    }
}
