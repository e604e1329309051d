package dev.evenkeel.knowledge.notes;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.notes.engine.DocumentKey;
import dev.evenkeel.knowledge.notes.engine.DocumentKeys;
import dev.evenkeel.knowledge.notes.engine.HeadingSlug;
import dev.evenkeel.knowledge.notes.engine.LinkKey;
import dev.evenkeel.knowledge.notes.engine.LinkKeys;
import dev.evenkeel.knowledge.notes.engine.LinkKind;
import dev.evenkeel.knowledge.notes.engine.NoteFacts;
import dev.evenkeel.knowledge.notes.engine.NoteLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one document in the note graph, as columns of the statements that write them. */
final class NoteRows {
    private NoteRows() {}

    /** Where a document is and what it is called, as its links and those to it depend on it. */
    record Place(
            UUID documentId, UUID collectionId, @Nullable String sourcePath, String title, String documentType) {
        Optional<DocumentType> type() {
            return DocumentType.ofWireName(documentType);
        }
    }

    /** The names that a document answers to. */
    record Keys(
            String folder,
            int pathLength,
            String[] keys,
            @Nullable String[] paths,
            Integer[] ranks) {
        static Keys of(Place place, List<String> aliases) {
            DocumentKeys all = DocumentKeys.of(place.sourcePath(), place.title(), aliases, place.type());
            List<DocumentKey> keys = all.keys();
            return new Keys(
                    all.folder(),
                    all.pathLength(),
                    keys.stream().map(DocumentKey::key).toArray(String[]::new),
                    keys.stream().map(DocumentKey::path).toArray(String[]::new),
                    keys.stream().map(DocumentKey::rank).toArray(Integer[]::new));
        }
    }

    /** The names by which links look for their targets. */
    record LookedFor(
            Integer[] ordinals,
            Integer[] preferences,
            String[] keys,
            @Nullable String[] suffixes) {
        /** A link with its number in the document. */
        record Numbered(int ordinal, LinkKind kind, String target) {}

        static LookedFor of(Place place, List<Numbered> links) {
            List<Integer> ordinals = new ArrayList<>();
            List<Integer> preferences = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            List<@Nullable String> suffixes = new ArrayList<>();
            for (Numbered link : links) {
                int preference = 0;
                for (LinkKey key : LinkKeys.of(link.kind(), link.target(), place.sourcePath(), place.type())) {
                    ordinals.add(link.ordinal());
                    preferences.add(preference++);
                    keys.add(key.key());
                    suffixes.add(key.suffix());
                }
            }
            return new LookedFor(
                    ordinals.toArray(Integer[]::new),
                    preferences.toArray(Integer[]::new),
                    keys.toArray(String[]::new),
                    suffixes.toArray(String[]::new));
        }
    }

    /** The links of a document; their ordinals are their places in the arrays, from 0. */
    record Links(
            String[] kinds,
            String[] targets,
            @Nullable String[] headings,
            @Nullable String[] slugs,
            @Nullable String[] labels,
            Integer[] lines,
            Boolean[] expected) {
        static Links of(NoteFacts facts) {
            List<NoteLink> links = facts.links();
            return new Links(
                    links.stream().map(link -> link.kind().wireName()).toArray(String[]::new),
                    links.stream().map(NoteLink::target).toArray(String[]::new),
                    links.stream().map(NoteLink::heading).toArray(String[]::new),
                    links.stream().map(Links::slug).toArray(String[]::new),
                    links.stream().map(NoteLink::label).toArray(String[]::new),
                    links.stream().map(NoteLink::line).toArray(Integer[]::new),
                    links.stream().map(NoteLink::expected).toArray(Boolean[]::new));
        }

        /** Blocks have names of their own, which are not kept. */
        private static @Nullable String slug(NoteLink link) {
            String heading = link.heading();
            if (heading == null || heading.startsWith("^")) {
                return null;
            }
            String slug = HeadingSlug.of(heading);
            return slug.isEmpty() ? null : slug;
        }
    }

    static List<LookedFor.Numbered> numbered(NoteFacts facts) {
        List<LookedFor.Numbered> numbered = new ArrayList<>(facts.links().size());
        for (NoteLink link : facts.links()) {
            numbered.add(new LookedFor.Numbered(numbered.size(), link.kind(), link.target()));
        }
        return numbered;
    }
}
