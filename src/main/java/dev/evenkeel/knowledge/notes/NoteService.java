package dev.evenkeel.knowledge.notes;

import dev.evenkeel.knowledge.notes.engine.LinkKind;
import dev.evenkeel.knowledge.notes.engine.Tags;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be asked of the note graph. */
@ApplicationScoped
public class NoteService {
    /** The most hops from a document to its neighbours. */
    public static final int MAX_HOPS = 3;

    /** Links that are followed from one document, each way. */
    private static final int MAX_FOLLOWED = 200;

    private static final UUID FIRST = new UUID(0, 0);

    private final Database database;
    private final NoteQueries notes;

    NoteService(Database database, NoteQueries notes) {
        this.database = database;
        this.notes = notes;
    }

    /** The links that stand in a document, in the order of its text. */
    public Uni<Page<LinkView>> links(Caller caller, UUID id, int limit, @Nullable String cursor) {
        int after = cursor == null ? -1 : number(Cursor.decode(cursor, 1).get(0));
        return ofDocument(caller.reading(), id, connection -> notes.links(connection, id, limit, after))
                .map(found -> page(found, limit, last -> Cursor.encode(String.valueOf(last.ordinal()))));
    }

    /** The links that lead to a document, by the document in which they stand, oldest first. */
    public Uni<Page<LinkView>> backlinks(Caller caller, UUID id, int limit, @Nullable String cursor) {
        Place after = Place.of(cursor);
        return ofDocument(
                        caller.reading(),
                        id,
                        connection -> notes.backlinks(connection, id, limit, after.document(), after.ordinal()))
                .map(found -> page(found, limit, last -> {
                    NoteRef document = last.document();
                    return document == null ? null : Place.cursor(document, last.ordinal());
                }));
    }

    /** The place in a list of links where a page ended. */
    private record Place(UUID document, int ordinal) {
        static Place of(@Nullable String cursor) {
            if (cursor == null) {
                return new Place(FIRST, -1);
            }
            List<String> keys = Cursor.decode(cursor, 2);
            return new Place(id(keys.get(0)), number(keys.get(1)));
        }

        static String cursor(NoteRef document, int ordinal) {
            return Cursor.encode(document.documentId().toString(), String.valueOf(ordinal));
        }
    }

    /**
     * The documents around one, over links in either direction.
     *
     * @param hops the most links between, 1 to {@link #MAX_HOPS}
     * @param kinds names of kinds of links to follow, with commas between them; all when null
     */
    public Uni<Neighbourhood> neighbours(Caller caller, UUID id, int hops, @Nullable String kinds, int limit) {
        String[] followed = kinds(kinds);
        return ofDocument(
                caller.reading(),
                id,
                connection ->
                        expand(connection, new ArrayList<>(), List.of(id), List.of(id), followed, 1, hops, limit));
    }

    /** One statement a hop; the next hop begins at what this one has found. */
    private Uni<Neighbourhood> expand(
            SqlConnection connection,
            List<NeighbourView> found,
            List<UUID> frontier,
            List<UUID> known,
            String[] kinds,
            int hop,
            int hops,
            int limit) {
        int room = limit - found.size() + 1;
        return notes.hop(connection, frontier, known, kinds, hop, MAX_FOLLOWED, room)
                .chain(next -> {
                    found.addAll(next);
                    if (found.size() > limit) {
                        return Uni.createFrom().item(new Neighbourhood(List.copyOf(found.subList(0, limit)), true));
                    }
                    if (next.isEmpty() || hop == hops) {
                        return Uni.createFrom().item(new Neighbourhood(List.copyOf(found), false));
                    }
                    List<UUID> reached = next.stream()
                            .map(neighbour -> neighbour.document().documentId())
                            .toList();
                    List<UUID> all =
                            Stream.concat(known.stream(), reached.stream()).toList();
                    return expand(connection, found, reached, all, kinds, hop + 1, hops, limit);
                });
    }

    /** The tags of a collection, in the order of their names. */
    public Uni<Page<TagView>> tags(Caller caller, UUID collectionId, int limit, @Nullable String cursor) {
        String after = cursor == null ? "" : Cursor.decode(cursor, 1).get(0);
        return ofCollection(
                        caller.reading(),
                        collectionId,
                        connection -> notes.tags(connection, collectionId, limit, after))
                .map(found -> page(found, limit, last -> Cursor.encode(last.tag())));
    }

    /** The documents with a tag or one below it, oldest first. */
    public Uni<Page<NoteRef>> tagged(Caller caller, UUID collectionId, String tag, int limit, @Nullable String cursor) {
        UUID after = cursor == null ? FIRST : id(Cursor.decode(cursor, 1).get(0));
        String wanted = Tags.normal(tag).orElseThrow(() -> ProblemException.invalid("tag", "is not a tag"));
        return ofCollection(
                        caller.reading(),
                        collectionId,
                        connection -> notes.tagged(connection, collectionId, wanted, limit, after))
                .map(found -> page(
                        found, limit, last -> Cursor.encode(last.documentId().toString())));
    }

    /**
     * The links of a collection that lead nowhere although a document is meant to be there.
     *
     * @param kinds names of kinds of links, with commas between them; all when null
     */
    public Uni<Page<BrokenLinkView>> broken(
            Caller caller, UUID collectionId, @Nullable String kinds, int limit, @Nullable String cursor) {
        Place after = Place.of(cursor);
        String[] wanted = kinds(kinds);
        return ofCollection(
                        caller.reading(),
                        collectionId,
                        connection -> notes.broken(
                                connection, collectionId, wanted, limit, after.document(), after.ordinal()))
                .map(found -> page(found, limit, last -> Place.cursor(last.document(), last.ordinal())));
    }

    /** The documents of a collection by PageRank. */
    public Uni<RankingPage> ranking(Caller caller, UUID collectionId, int limit, @Nullable String cursor) {
        List<String> after = cursor == null ? List.of("2", FIRST.toString()) : Cursor.decode(cursor, 2);
        double below = score(after.get(0));
        UUID document = id(after.get(1));
        return ofCollection(
                caller.reading(),
                collectionId,
                connection -> notes.rankingState(connection, collectionId)
                        .chain(state -> notes.ranking(connection, collectionId, limit, below, document)
                                .map(found -> page(
                                        found,
                                        limit,
                                        last -> Cursor.encode(
                                                String.valueOf(last.score()),
                                                last.document().documentId().toString())))
                                .map(page -> state.with(page.items(), page.nextCursor()))));
    }

    private <T> Uni<T> ofDocument(Reach reach, UUID id, Function<SqlConnection, Uni<T>> read) {
        return database.readSql(
                connection -> notes.requireDocument(connection, reach, id).chain(() -> read.apply(connection)));
    }

    private <T> Uni<T> ofCollection(Reach reach, UUID id, Function<SqlConnection, Uni<T>> read) {
        return database.readSql(
                connection -> notes.requireCollection(connection, reach, id).chain(() -> read.apply(connection)));
    }

    private static <T> Page<T> page(List<T> found, int limit, Function<T, @Nullable String> cursor) {
        return found.size() > limit
                ? new Page<>(List.copyOf(found.subList(0, limit)), cursor.apply(found.get(limit - 1)))
                : new Page<>(found, null);
    }

    private static String[] kinds(@Nullable String names) {
        if (names == null || names.isBlank()) {
            return Arrays.stream(LinkKind.values()).map(LinkKind::wireName).toArray(String[]::new);
        }
        String[] kinds = Arrays.stream(names.split(","))
                .map(name -> LinkKind.ofWireName(name.strip().toLowerCase(Locale.ROOT))
                        .orElseThrow(NoteService::unknownKind)
                        .wireName())
                .distinct()
                .toArray(String[]::new);
        if (kinds.length == 0) {
            throw unknownKind();
        }
        return kinds;
    }

    private static ProblemException unknownKind() {
        return ProblemException.invalid(
                "kinds", "is made of wikilink, embed, link, image and import, with commas between");
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Cursor.invalid();
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Cursor.invalid();
        }
    }

    private static double score(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Cursor.invalid();
        }
    }
}
