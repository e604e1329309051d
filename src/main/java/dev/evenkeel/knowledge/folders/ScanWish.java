package dev.evenkeel.knowledge.folders;

import org.jspecify.annotations.Nullable;

/**
 * What a scan is to do besides.
 *
 * @param verify whether to compare the content of every file, also where size and time are as they were
 * @param acceptEmpty whether an empty folder is believed to be meant so, and all its documents are removed
 */
public record ScanWish(@Nullable Boolean verify, @Nullable Boolean acceptEmpty) {}
