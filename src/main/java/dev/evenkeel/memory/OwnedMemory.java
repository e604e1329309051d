package dev.evenkeel.memory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.access.OwnedData;
import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The memory of a user: namespaces and entries, for the export and deletion of an account. */
@ApplicationScoped
public class OwnedMemory implements OwnedData {
    private static final int PAGE = 50;
    private static final long PAGE_BYTES = 2L * 1024 * 1024;
    private static final int ANY_DEPTH = 16;

    private final Database database;
    private final NamespaceRepository namespaces;
    private final EntryRepository entries;
    private final SearchRepository search;
    private final ObjectMapper mapper;

    OwnedMemory(
            Database database,
            NamespaceRepository namespaces,
            EntryRepository entries,
            SearchRepository search,
            ObjectMapper mapper) {
        this.database = database;
        this.namespaces = namespaces;
        this.entries = entries;
        this.search = search;
        this.mapper = mapper;
    }

    @Override
    public String name() {
        return "memories";
    }

    @Override
    public Multi<JsonObject> export(UUID userId) {
        Multi<NamespaceView> all = pages(
                last -> database.readSql(connection -> namespaces.list(
                        connection, userId, "", ANY_DEPTH, last == null ? null : last.name(), PAGE - 1)),
                PAGE);
        return all.onItem()
                .transformToMultiAndConcatenate(namespace -> Multi.createBy()
                        .concatenating()
                        .streams(
                                Multi.createFrom().item(() -> json("namespace", namespace)),
                                entries(userId, namespace.name())
                                        .map(entry -> json("entry", entry).put("namespace", namespace.name())),
                                texts(userId, namespace.name())
                                        .map(text -> json("search", text).put("namespace", namespace.name()))));
    }

    @Override
    public Uni<Void> delete(SqlConnection tx, UUID userId) {
        return namespaces.markAllDeleted(tx, userId);
    }

    private Multi<EntryView> entries(UUID owner, String namespace) {
        return pages(
                last -> database.readSql(connection -> entries.list(
                                connection,
                                owner,
                                namespace,
                                "",
                                null,
                                last == null ? null : last.key(),
                                PAGE - 1,
                                PAGE_BYTES)
                        .map(found -> found.stream()
                                .map(EntryRepository.Found::entry)
                                .filter(Objects::nonNull)
                                .filter(entry -> entry.value() != null)
                                .toList())),
                1);
    }

    private Multi<SearchText> texts(UUID owner, String namespace) {
        return pages(
                last -> database.readSql(
                        connection -> search.page(connection, owner, namespace, last == null ? "" : last.key(), PAGE)),
                PAGE);
    }

    /** All items of a list, page by page until one has fewer items than a page that another may follow. */
    private static <T> Multi<T> pages(Function<@Nullable T, Uni<List<T>>> after, int fullPage) {
        return Multi.createBy()
                .repeating()
                .uni(
                        AtomicReference<T>::new,
                        last -> after.apply(last.get()).invoke(page -> {
                            if (!page.isEmpty()) {
                                last.set(page.get(page.size() - 1));
                            }
                        }))
                .whilst(page -> page.size() >= fullPage)
                .onItem()
                .transformToMultiAndConcatenate(Multi.createFrom()::iterable);
    }

    private JsonObject json(String type, Object value) {
        try {
            return new JsonObject(mapper.writeValueAsString(value)).put("type", type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
