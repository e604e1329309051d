package dev.evenkeel.knowledge.folders;

import java.util.List;

/**
 * How a folder is followed.
 *
 * @param pathPrefix what stands before the path of a file in the path of its document; empty or with a slash at its end
 */
record FolderSettings(
        String pathPrefix, List<String> ignoreRules, boolean defaultRules, boolean gitignore, boolean paused) {}
