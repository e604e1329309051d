package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.access.Scope;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody sees or does more with a tool than their credential allows, and what is somebody else's does not exist. */
@QuarkusTest
@SuppressWarnings("NullAway.Init")
class ToolAccessTest {
    private static final List<String> READING = List.of(
            "search_documents",
            "get_knowledge_stats",
            "get_document",
            "get_document_links",
            "find_related_documents",
            "find_similar_documents",
            "list_documents",
            "list_collections",
            "get_collection",
            "job_status",
            "job_list",
            "query_knowledge_base",
            "list_indexed_documents",
            "get_kb_stats");
    private static final List<String> READING_MEMORY = List.of("recall", "list_memories", "search_memory");

    @Inject
    Callers callers;

    private UUID alice;
    private Mcp owner;
    private Mcp reader;
    private Mcp stranger;

    @BeforeEach
    void people() {
        alice = callers.newUser();
        owner = new Mcp(Callers.token(alice, Scope.READ, Scope.WRITE));
        reader = new Mcp(Callers.token(alice, Scope.READ));
        stranger = new Mcp(Callers.token(callers.newUser(), Scope.READ, Scope.WRITE));
    }

    @Test
    void aReadingTokenSeesAndCallsReadingToolsOnly() {
        // Given
        UUID collection = owner.newCollection();
        UUID document = owner.store(collection, "a quokka smiles");

        // Then
        List<String> shown =
                Stream.concat(READING.stream(), READING_MEMORY.stream()).toList();
        assertThat(reader.toolNames()).containsExactlyInAnyOrderElementsOf(shown);
        assertThat(reader.call("search_documents", Map.of("query", "quokka")).getList("results.document_id"))
                .containsExactly(document.toString());
        for (String tool : owner.toolNames()) {
            if (!shown.contains(tool)) {
                assertThat(reader.errorCode(
                                "tools/call", Map.of("name", tool, "arguments", Map.of("document_id", document))))
                        .as(tool)
                        .isEqualTo(-32602);
            }
        }
        assertThat(owner.call("get_document", Map.of("document_id", document)).getString("text"))
                .contains("quokka");
    }

    @Test
    void aWritingTokenDoesNotRead() {
        // Given
        Mcp writer = new Mcp(Callers.token(alice, Scope.WRITE));
        // Then
        assertThat(writer.toolNames()).doesNotContainAnyElementsOf(READING).contains("store_document");
        assertThat(writer.errorCode("tools/call", Map.of("name", "list_documents", "arguments", Map.of())))
                .isEqualTo(-32602);
        assertThat(writer.errorCode("resources/read", Map.of("uri", "evenkeel://collections")))
                .isEqualTo(-32001);
    }

    @Test
    void whatIsSomebodyElsesDoesNotExist() {
        // Given
        UUID collection = owner.newCollection();
        UUID document = owner.store(collection, "a secret axolotl");
        UUID job = UUID.randomUUID();
        UUID own = stranger.newCollection();
        UUID ownDocument = stranger.store(own, "mine");
        String noDocument = "There is no such document. Find ids with list_documents.";
        String noCollection = "There is no such collection. Find ids with list_collections.";
        Map<String, Object> ofDocument = Map.of("document_id", document);
        Map<String, Object> ofCollection = Map.of("collection_id", collection);

        // Then
        assertThat(stranger.call("search_documents", Map.of("query", "axolotl")).getList("results"))
                .isEmpty();
        assertThat(stranger.failure("search_documents", Map.of("query", "x", "collection_id", collection)))
                .isEqualTo(noCollection);
        assertThat(stranger.failure("get_document", ofDocument)).isEqualTo(noDocument);
        assertThat(stranger.failure("update_document", Map.of("document_id", document, "title", "x")))
                .isEqualTo(noDocument);
        assertThat(stranger.failure("update_document", Map.of("document_id", document, "content", "x")))
                .isEqualTo(noDocument);
        assertThat(stranger.failure("update_document", Map.of("document_id", document, "document_type", "text")))
                .isEqualTo(noDocument);
        assertThat(stranger.failure("delete_document", ofDocument)).isEqualTo(noDocument);
        assertThat(stranger.failure("move_document", Map.of("document_id", document, "target_collection_id", own)))
                .isEqualTo(noDocument);
        assertThat(stranger.failure(
                        "move_document", Map.of("document_id", ownDocument, "target_collection_id", collection)))
                .isEqualTo(noCollection);
        assertThat(stranger.failure("store_document", Map.of("content", "x", "collection_id", collection)))
                .isEqualTo(noCollection);
        assertThat(stranger.failure("get_collection", ofCollection)).isEqualTo(noCollection);
        assertThat(stranger.failure("rename_collection", Map.of("collection_id", collection, "name", "x")))
                .isEqualTo(noCollection);
        assertThat(stranger.failure("delete_collection", ofCollection)).isEqualTo(noCollection);
        assertThat(stranger.failure("job_status", Map.of("job_id", job)))
                .isEqualTo("There is no such job. Find ids with job_list.");
        assertThat(stranger.call("list_documents", Map.of()).getList("documents.id"))
                .containsExactly(ownDocument.toString());
        assertThat(stranger.call("list_collections", Map.of()).getList("collections.id"))
                .containsExactly(own.toString());
        assertThat(stranger.call("get_knowledge_stats", Map.of()).getInt("documents"))
                .isEqualTo(1);
        assertThat(stranger.errorCode("resources/read", Map.of("uri", "evenkeel://documents/" + document)))
                .isEqualTo(-32002);

        // And nothing has happened to it
        assertThat(owner.call("get_document", ofDocument).getString("text")).contains("axolotl");
    }

    @Test
    void aCollectionTokenStaysInsideItsCollection() {
        // Given
        UUID shared = owner.newCollection();
        UUID other = owner.newCollection();
        UUID hidden = owner.store(other, "a hidden numbat");
        Mcp guest = new Mcp(Callers.token(alice, shared, Scope.READ, Scope.WRITE));

        // When
        UUID stored = Mcp.id(guest.call("store_document", Map.of("content", "a visible numbat")), "id");

        // Then
        assertThat(guest.toolNames())
                .contains("store_document", "update_document", "delete_document")
                .doesNotContain("create_collection", "rename_collection", "delete_collection", "move_document");
        assertThat(guest.call("get_document", Map.of("document_id", stored)).getString("document.collection_id"))
                .isEqualTo(shared.toString());
        assertThat(guest.call("search_documents", Map.of("query", "numbat")).getList("results.document_id"))
                .containsExactly(stored.toString());
        assertThat(guest.call("list_collections", Map.of()).getList("collections.id"))
                .containsExactly(shared.toString());
        assertThat(guest.call("list_documents", Map.of("collection_id", other)).getList("documents"))
                .isEmpty();
        assertThat(guest.failure("search_documents", Map.of("query", "numbat", "collection_id", other)))
                .contains("There is no such collection.");
        assertThat(guest.failure("get_document", Map.of("document_id", hidden))).contains("There is no such document.");
        assertThat(guest.errorCode(
                        "tools/call",
                        Map.of(
                                "name",
                                "move_document",
                                "arguments",
                                Map.of("document_id", stored, "target_collection_id", other))))
                .isEqualTo(-32602);
    }

    @Test
    void aCollectionIsSharedByATokenUntilItIsRevoked() {
        // Given
        UUID collection = owner.newCollection();
        UUID document = owner.store(collection, "a shared kinkajou");

        // When
        JsonPath issued = owner.call(
                "create_collection_access_token", Map.of("collection_id", collection, "label", "for a friend"));
        UUID id = Mcp.id(issued, "id");
        Mcp guest = new Mcp(issued.getString("token"));

        // Then it reads, and does not write, share or see what others hold
        assertThat(issued.getList("scopes")).containsExactly("read");
        assertThat(guest.toolNames()).containsExactlyInAnyOrderElementsOf(READING);
        assertThat(guest.call("get_document", Map.of("document_id", document)).getString("text"))
                .contains("kinkajou");
        JsonPath listed = owner.call("list_collection_access_tokens", Map.of("collection_id", collection));
        assertThat(listed.getList("tokens.id")).containsExactly(id.toString());
        assertThat(listed.getMap("tokens[0]")).doesNotContainKey("token");
        assertThat(stranger.failure("list_collection_access_tokens", Map.of("collection_id", collection)))
                .contains("There is no such collection.");
        assertThat(stranger.failure("rotate_collection_access_token", Map.of("token_id", id)))
                .isEqualTo("There is no such token. Find ids with list_collection_access_tokens.");
        assertThat(stranger.failure("revoke_collection_access_token", Map.of("token_id", id)))
                .contains("There is no such token.");

        // When it is rotated, then the old secret is dead at once
        JsonPath rotated = owner.call("rotate_collection_access_token", Map.of("token_id", id));
        assertThat(guest.send(Map.of("jsonrpc", "2.0", "id", 1, "method", "ping"))
                        .statusCode())
                .isEqualTo(401);
        Mcp again = new Mcp(rotated.getString("token"));
        assertThat(again.toolNames()).isNotEmpty();

        // When it is revoked, then the new one is, too
        owner.call("revoke_collection_access_token", Map.of("token_id", id));
        assertThat(again.send(Map.of("jsonrpc", "2.0", "id", 1, "method", "ping"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theCollectionOfANewDocumentMayBeLeftOutWhenThereIsOne() {
        assertThat(owner.failure("store_document", Map.of("content", "x")))
                .isEqualTo("collection_id: there is no collection yet; make one with create_collection");

        // When there is one
        UUID first = owner.newCollection();
        // Then it is taken
        assertThat(Mcp.id(owner.call("store_document", Map.of("content", "x")), "collection_id"))
                .isEqualTo(first);

        // When there are two
        owner.newCollection();
        // Then one must be named
        assertThat(owner.failure("store_document", Map.of("content", "y")))
                .isEqualTo("collection_id: you have several collections; name one of list_collections");
    }
}
