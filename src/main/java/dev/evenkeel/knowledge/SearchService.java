package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

@ApplicationScoped
public class SearchService {
    private final Database database;
    private final CollectionRepository collections;
    private final LexicalIndex lexical;

    SearchService(Database database, CollectionRepository collections, LexicalIndex lexical) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
    }

    Uni<SearchView> search(NewSearch wanted) {
        return database.readSql(connection -> collections
                        .requireForReading(connection, wanted.collectionIds())
                        .chain(refs -> lexical.search(
                                        connection,
                                        refs.stream()
                                                .map(r -> new CorpusRef(r.corpusNo(), r.language()))
                                                .toList(),
                                        LexicalQuery.parse(wanted.query()),
                                        wanted.limitOrDefault())
                                .chain(hits -> rows(connection, hits))))
                .map(results -> new SearchView(wanted.query(), "keyword", results, results.size(), 0, null));
    }

    private Uni<List<SearchView.Result>> rows(SqlConnection c, List<LexicalHit> hits) {
        return c.preparedQuery("""
            select k.no, k.id, k.document_id, d.collection_id, c.name as collection_name, d.title, d.source_path, d.document_type, k.ordinal, k.heading_path, k.page_from, k.page_to, k.line_from, k.line_to, k.tokens, k.content
            from chunk k join document d on d.id = k.document_id join collection c on c.id = d.collection_id where k.no = any($1)""")
                .execute(Tuple.of(hits.stream().map(LexicalHit::chunkNo).toArray(Long[]::new)))
                .map(rows -> {
                    Map<Long, Row> byNo = new HashMap<>();
                    rows.forEach(r -> byNo.put(r.getLong("no"), r));
                    List<SearchView.Result> out = new ArrayList<>();
                    for (LexicalHit h : hits) {
                        Row r = byNo.get(h.chunkNo());
                        if (r != null)
                            out.add(new SearchView.Result(
                                    r.getUUID("id"),
                                    r.getUUID("document_id"),
                                    r.getUUID("collection_id"),
                                    r.getString("collection_name"),
                                    r.getString("title"),
                                    r.getString("source_path"),
                                    r.getString("document_type"),
                                    r.getInteger("ordinal"),
                                    List.of(r.getArrayOfStrings("heading_path")),
                                    r.getInteger("page_from"),
                                    r.getInteger("page_to"),
                                    r.getInteger("line_from"),
                                    r.getInteger("line_to"),
                                    r.getInteger("tokens"),
                                    h.score(),
                                    h.score(),
                                    1,
                                    null,
                                    null,
                                    r.getString("content"),
                                    List.of()));
                    }
                    return out;
                });
    }
}
