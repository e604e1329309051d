package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Told of every folder that a walk enters. */
interface FolderVisitor {
    /** Before the folder is listed. */
    void entering(Path folder, List<String> segments) throws IOException;

    /** What is left out of the folder and of those below it, as far as is known here. */
    void entered(List<String> segments, IgnoreRules rules);

    /** Who wants to know nothing. */
    FolderVisitor NOBODY = new FolderVisitor() {
        @Override
        public void entering(Path folder, List<String> segments) {}

        @Override
        public void entered(List<String> segments, IgnoreRules rules) {}
    };
}
