package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names by which a link looks for its target, best first. They depend on where the linking document lies. */
public final class LinkKeys {
    /** Host, owner and repository: what stands before the folders of a Go package that is in one's own collection. */
    private static final int GO_MODULE_SEGMENTS = 3;

    private LinkKeys() {}

    /**
     * The names of a link's target.
     *
     * @param sourcePath of the linking document
     * @param type of the linking document
     */
    public static List<LinkKey> of(
            LinkKind kind, String target, @Nullable String sourcePath, Optional<DocumentType> type) {
        String folder = sourcePath == null ? "" : KeyText.folder(KeyText.of(sourcePath));
        String text = KeyText.of(target);
        Set<LinkKey> keys = new LinkedHashSet<>();
        switch (kind) {
            case WIKILINK, EMBED -> addNote(keys, folder, text);
            case LINK, IMAGE -> addPath(keys, DocumentKey.ANY, folder, text);
            case IMPORT ->
                type.flatMap(ImportFamily::of)
                        .ifPresent(family -> addImport(
                                keys, family, folder, KeyText.of(sourcePath == null ? "" : sourcePath), text));
        }
        return List.copyOf(keys);
    }

    /** A note by its path from here or from the root, by the end of its path, or by its name. */
    private static void addNote(Set<LinkKey> keys, String folder, String text) {
        addPath(keys, DocumentKey.ANY, folder, text);
        boolean climbs = text.startsWith("/") || text.startsWith("./") || text.startsWith("../");
        if (!climbs) {
            addEnd(keys, DocumentKey.ANY, text);
            // A title may hold a slash.
            keys.add(new LinkKey(LinkKey.name(DocumentKey.ANY, text), null));
        }
    }

    /** A path from the folder and then from the root. */
    private static void addPath(Set<LinkKey> keys, String space, String folder, String text) {
        if (!text.startsWith("/")) {
            addExact(keys, space, KeyText.resolve(folder, text));
        }
        addExact(keys, space, KeyText.resolve("", text));
    }

    private static void addExact(Set<LinkKey> keys, String space, @Nullable String path) {
        if (path != null) {
            keys.add(new LinkKey(LinkKey.path(space, path), null));
        }
    }

    /** Whatever path ends with these segments. */
    private static void addEnd(Set<LinkKey> keys, String space, String path) {
        String name = KeyText.name(path);
        keys.add(new LinkKey(LinkKey.name(space, name), path.equals(name) ? null : path));
    }

    private static void addImport(Set<LinkKey> keys, ImportFamily family, String folder, String from, String text) {
        switch (family) {
            case JVM -> addJvm(keys, folder, text.replace('.', '/'));
            case PYTHON -> addPython(keys, folder, text);
            case SCRIPT -> addScript(keys, folder, text);
            case GO -> addGo(keys, text);
            case RUBY -> addExact(keys, family.space(), KeyText.resolve(folder, KeyText.withoutEnding(text)));
            case RUST -> addRust(keys, folder, from, text);
            case C -> {
                addPath(keys, family.space(), folder, text);
                addEnd(keys, family.space(), text);
            }
        }
    }

    /** A class by its qualified name, or the class around it when the last part is a member. */
    private static void addJvm(Set<LinkKey> keys, String folder, String path) {
        String space = ImportFamily.JVM.space();
        String outer = KeyText.folder(path);
        if (outer.isEmpty()) {
            addExact(keys, space, KeyText.resolve(folder, path));
            return;
        }
        addEnd(keys, space, path);
        if (!KeyText.folder(outer).isEmpty()) {
            addEnd(keys, space, outer);
        }
    }

    /** {@code package.module:name}: the name may be a module of the package, else it is something inside the module. */
    private static void addPython(Set<LinkKey> keys, String folder, String text) {
        int colon = text.indexOf(':');
        String module = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        int dots = 0;
        while (dots < module.length() && module.charAt(dots) == '.') {
            dots++;
        }
        String path = module.substring(dots).replace('.', '/');
        List<String> wanted = new ArrayList<>();
        if (!name.isEmpty()) {
            wanted.add(KeyText.join(path, name));
        }
        wanted.add(path);
        String space = ImportFamily.PYTHON.space();
        for (String each : wanted) {
            if (dots > 0) {
                addExact(keys, space, KeyText.resolve(folder, "../".repeat(dots - 1) + each));
            } else {
                addExact(keys, space, KeyText.resolve(folder, each));
                addEnd(keys, space, each);
            }
        }
    }

    private static void addScript(Set<LinkKey> keys, String folder, String text) {
        String space = ImportFamily.SCRIPT.space();
        // TypeScript names the file that it will be compiled to.
        String module = text.replaceFirst("\\.([mc]?)jsx?$", "");
        for (String each : module.equals(text) ? List.of(text) : List.of(text, module)) {
            if (each.startsWith("@/") || each.startsWith("~/")) {
                addEnd(keys, space, each.substring(2));
            } else if (each.startsWith("/")) {
                addExact(keys, space, KeyText.resolve("", each));
            } else {
                addExact(keys, space, KeyText.resolve(folder, each));
            }
        }
    }

    /** A package by its folder, from the root of its repository or with the names in front of that. */
    private static void addGo(Set<LinkKey> keys, String text) {
        String[] segments = text.split("/");
        for (int skip = 0; skip <= GO_MODULE_SEGMENTS && skip < segments.length; skip++) {
            String rest = String.join("/", List.of(segments).subList(skip, segments.length));
            addExact(keys, ImportFamily.GO.space(), rest);
        }
    }

    /** A child module, beside the file when that stands for its folder, else in the folder of the file's name. */
    private static void addRust(Set<LinkKey> keys, String folder, String from, String text) {
        String stem = KeyText.withoutEnding(from);
        boolean root = Set.of("mod", "lib", "main").contains(KeyText.name(stem));
        addExact(keys, ImportFamily.RUST.space(), KeyText.join(root ? folder : stem, text));
    }
}
