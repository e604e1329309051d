package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statement of a list of documents, newest first. Which plan is right depends on who asks for what, and the planner does not
 * always know; measured in ADR 0010.
 */
record DocumentList(String sql, Tuple parameters) {
    /**
     * A limit that the planner cannot know, so that it takes a tenth of the rows for it: the server keeps the plan, where planning would
     * be a third of its work, and the plan is the walk along the collection's own index. With a limit that it knows, the planner may
     * walk along all documents or sort those of the collection, as its statistics have it.
     */
    private static final String UNTOLD_LIMIT = "(select %s::bigint)";

    /** A range of one collection, and its order: only the collection's own index has it, so that no plan walks along all documents. */
    private static final String OF_COLLECTION = "d.collection_id between c.id and c.id";

    private static final String NEWEST_OF_COLLECTION = " order by d.collection_id desc, d.id desc limit ";

    /**
     * @param rows the most that are wanted
     * @param before the last document of the page before, or null
     */
    static DocumentList of(Reach reach, DocumentFilter filter, int rows, @Nullable UUID before) {
        UUID collection = filter.collectionId() == null ? reach.collectionId() : filter.collectionId();
        return reach.ownerId() == null || collection != null || isIndexed(filter.state())
                ? of(reach, filter, collection, rows, before)
                : ofOwner(reach.ownerId(), filter, rows, before);
    }

    /** Few documents are in another state than these, and an index knows them. */
    private static boolean isIndexed(@Nullable String state) {
        return state != null
                && !state.equals(DocumentState.SEARCHABLE.wireName())
                && !state.equals(DocumentState.COMPLETED.wireName());
    }

    private static DocumentList of(
            Reach reach, DocumentFilter filter, @Nullable UUID collection, int rows, @Nullable UUID before) {
        SqlConditions conditions =
                reach.restrict(new SqlConditions().and("c.deleted_at is null"), "c.owner_id", "d.collection_id");
        if (filter.collectionId() != null) {
            conditions.and("d.collection_id = $", filter.collectionId());
        }
        restrict(conditions, filter, before);
        String most = conditions.parameter(rows);
        if (collection != null && filter.isEverything()) {
            most = UNTOLD_LIMIT.formatted(most);
        }
        String sql = "select " + DocumentView.COLUMNS + " from document d join collection c on c.id = d.collection_id"
                + conditions.where() + " order by d.id desc limit " + most;
        return new DocumentList(sql, conditions.tuple());
    }

    /** As many documents as are wanted lie in as many collections at most, which are those that have the newest. */
    private static DocumentList ofOwner(UUID owner, DocumentFilter filter, int rows, @Nullable UUID before) {
        SqlConditions conditions = new SqlConditions().and(OF_COLLECTION);
        restrict(conditions, filter, before);
        String most = UNTOLD_LIMIT.formatted(conditions.parameter(rows));
        String found = " from document d" + conditions.where() + NEWEST_OF_COLLECTION;
        String sql = """
                with c as (
                  select c.id, c.name from collection c cross join lateral (select d.id%1$s1) newest
                  where c.deleted_at is null and c.owner_id = %2$s order by newest.id desc limit %3$s)
                select %4$s from c cross join lateral (select d.*%1$s%3$s) d
                order by d.id desc limit %3$s""".formatted(found, conditions.parameter(owner), most, DocumentView.COLUMNS);
        return new DocumentList(sql, conditions.tuple());
    }

    private static void restrict(SqlConditions conditions, DocumentFilter filter, @Nullable UUID before) {
        if (filter.type() != null) {
            conditions.and("d.document_type = $", filter.type());
        }
        if (filter.state() != null) {
            conditions.and("d.state = $", filter.state());
        }
        String pattern = filter.namePattern();
        if (pattern != null) {
            conditions.and("(d.title ilike $ escape '!' or d.source_path ilike $ escape '!')", pattern);
        }
        if (before != null) {
            conditions.and("d.id < $", before);
        }
    }
}
