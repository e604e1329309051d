package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many of a query's words the titles and file names of documents have. */
@ApplicationScoped
public class SearchTitles {
    private static final String TITLES = """
            select d.title, d.source_path, c.language, array_agg(k.no) as numbers
            from unnest($1::bigint[]) as wanted(no)
            join chunk k on k.no = wanted.no
            join document d on d.id = k.document_id
            join collection c on c.id = d.collection_id
            group by d.id, c.language""";

    private final TextMatcher matcher;

    SearchTitles(TextMatcher matcher) {
        this.matcher = matcher;
    }

    /** The share, above 0 to 1, of the query's words that the title or file name of a chunk's document has. */
    Uni<Map<Long, Double>> shares(SqlConnection connection, Collection<Long> chunkNos, LexicalQuery query) {
        return connection
                .preparedQuery(TITLES)
                .execute(Tuple.of(chunkNos.toArray(Long[]::new)))
                .chain(rows -> {
                    List<Row> documents = new ArrayList<>(rows.size());
                    rows.forEach(documents::add);
                    List<TextMatcher.Text> texts = documents.stream()
                            .map(row -> new TextMatcher.Text(
                                    row.getString("language"),
                                    row.getString("title") + " " + fileStem(row.getString("source_path"))))
                            .toList();
                    return matcher.match(connection, query, texts).map(matches -> {
                        Map<Long, Double> byNumber = new HashMap<>();
                        for (int i = 0; i < documents.size(); i++) {
                            for (Long number : documents.get(i).getArrayOfLongs("numbers")) {
                                byNumber.put(number, matches.get(i).share());
                            }
                        }
                        return byNumber;
                    });
                });
    }

    private static String fileStem(@Nullable String path) {
        if (path == null) {
            return "";
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
