package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.SourcePaths;
import dev.evenkeel.knowledge.folders.engine.DefaultRules;
import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.ProblemException;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A folder that a collection follows, as a scan and a watch need it.
 *
 * @param root the place that was named when it was bound
 * @param pathPrefix what stands before the path of a file in the path of its document; empty or with a slash at its end
 * @param version changes with every setting
 */
record Folder(
        UUID id,
        UUID collectionId,
        @Nullable UUID ownerId,
        String root,
        String pathPrefix,
        List<String> ignoreRules,
        boolean defaultRules,
        boolean gitignore,
        boolean verify,
        boolean acceptEmpty,
        int version) {
    static final String COLUMNS = """
            f.id, f.collection_id, c.owner_id, f.root, f.path_prefix, f.ignore_rules, f.default_rules, f.gitignore, f.verify,
            f.accept_empty, f.version""";

    static Folder of(Row row) {
        return new Folder(
                row.getUUID("id"),
                row.getUUID("collection_id"),
                row.getUUID("owner_id"),
                row.getString("root"),
                row.getString("path_prefix"),
                List.of(row.getArrayOfStrings("ignore_rules")),
                row.getBoolean("default_rules"),
                row.getBoolean("gitignore"),
                row.getBoolean("verify"),
                row.getBoolean("accept_empty"),
                row.getInteger("version"));
    }

    /** Who may see what is done for the folder. */
    Reach within() {
        return new Reach(ownerId, collectionId);
    }

    /** What is left out at its root; the {@code .gitignore} files come in between the two lists. */
    IgnoreRules rules() {
        IgnoreRules base = defaultRules ? IgnoreRules.NONE.with(0, DefaultRules.LINES) : IgnoreRules.NONE;
        return base.withLastWord(ignoreRules);
    }

    /** The path of the document of a file. */
    String documentPath(String path) {
        return pathPrefix + path;
    }

    /** Whether a path on the disk can be that of a document without being changed. */
    boolean isUsable(String path) {
        String wanted = documentPath(path);
        try {
            return SourcePaths.normalise(wanted).equals(wanted);
        } catch (ProblemException unusable) {
            return false;
        }
    }
}
