package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that a document answers to: its path and file name with and without ending, the folder whose index it is, what
 * other source files import it by, its title and its aliases.
 *
 * @param folder where it lies, in the form of keys; empty at the root or without a path
 * @param pathLength of shorter paths first; the largest number without a path
 * @param keys each key once, with its best rank
 */
public record DocumentKeys(String folder, int pathLength, List<DocumentKey> keys) {
    private static final Set<String> INDEXES = Set.of("index", "_index", "readme");

    /** The keys of a document. */
    public static DocumentKeys of(
            @Nullable String sourcePath, String title, List<String> aliases, Optional<DocumentType> type) {
        Collected keys = new Collected();
        String path = sourcePath == null ? "" : KeyText.of(sourcePath);
        if (!path.isEmpty()) {
            addFile(keys, path, type);
            type.flatMap(ImportFamily::of).ifPresent(family -> addImportable(keys, path, family));
        }
        keys.add(LinkKey.name(DocumentKey.ANY, KeyText.of(title)), null, DocumentKey.TITLE);
        aliases.forEach(alias -> keys.add(LinkKey.name(DocumentKey.ANY, KeyText.of(alias)), null, DocumentKey.ALIAS));
        return new DocumentKeys(
                KeyText.folder(path),
                path.isEmpty() ? Integer.MAX_VALUE : path.length(),
                List.copyOf(keys.byKey.values()));
    }

    private static final class Collected {
        private final Map<String, DocumentKey> byKey = new LinkedHashMap<>();

        /** Keys come best first. */
        void add(String key, @Nullable String path, int rank) {
            byKey.putIfAbsent(key, new DocumentKey(key, path, rank));
        }

        void addPathAndName(String space, String path, int rank) {
            add(LinkKey.path(space, path), path, rank);
            add(LinkKey.name(space, KeyText.name(path)), path, rank);
        }
    }

    private static void addFile(Collected keys, String path, Optional<DocumentType> type) {
        String stem = KeyText.withoutEnding(path);
        boolean isNote = type.filter(DocumentType.MARKDOWN::equals).isPresent();
        keys.addPathAndName(DocumentKey.ANY, path, DocumentKey.NAME);
        keys.addPathAndName(DocumentKey.ANY, stem, isNote ? DocumentKey.NAME : DocumentKey.STEM);
        if (INDEXES.contains(KeyText.name(stem))) {
            addFolder(keys, DocumentKey.ANY, path, DocumentKey.FOLDER);
        }
    }

    private static void addFolder(Collected keys, String space, String path, int rank) {
        String folder = KeyText.folder(path);
        keys.add(LinkKey.path(space, folder), folder, rank);
        if (!folder.isEmpty()) {
            keys.add(LinkKey.name(space, KeyText.name(folder)), folder, rank);
        }
    }

    private static void addImportable(Collected keys, String path, ImportFamily family) {
        String stem = KeyText.withoutEnding(path);
        String name = KeyText.name(stem);
        switch (family) {
            case GO -> addFolder(keys, family.space(), path, DocumentKey.STEM);
            case C -> {}
            case SCRIPT -> addScript(keys, path, family);
            case PYTHON -> addModule(keys, family, stem, name.equals("__init__"));
            case RUST -> addModule(keys, family, stem, name.equals("mod"));
            case JVM, RUBY -> addModule(keys, family, stem, false);
        }
    }

    /** A script is imported with its ending, without it, or by its folder when it is the index of that. */
    private static void addScript(Collected keys, String path, ImportFamily family) {
        String stem = KeyText.withoutEnding(path);
        String module = stem.endsWith(".d") ? stem.substring(0, stem.length() - 2) : stem;
        keys.addPathAndName(family.space(), path, DocumentKey.NAME);
        keys.addPathAndName(family.space(), module, DocumentKey.NAME);
        if (KeyText.name(module).equals("index")) {
            addFolder(keys, family.space(), path, DocumentKey.STEM);
        }
    }

    private static void addModule(Collected keys, ImportFamily family, String stem, boolean standsForFolder) {
        if (standsForFolder) {
            addFolder(keys, family.space(), stem, DocumentKey.STEM);
        } else {
            keys.addPathAndName(family.space(), stem, DocumentKey.NAME);
        }
    }
}
