package dev.evenkeel.knowledge.folders;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Folders on the disk of the service that collections follow. */
@ConfigMapping(prefix = "evenkeel.knowledge.folders")
public interface FoldersConfig {
    /** Folders that may be followed, each with all below it; without any nothing on the disk is read. */
    Optional<List<Path>> allowedRoots();

    /** Whether changes are noticed as they happen; otherwise only by the regular scans. */
    @WithDefault("true")
    boolean watch();

    /** Quiet time after a change before a scan begins; while changes go on, it begins after ten times as long. */
    @WithDefault("2s")
    Duration debounce();

    /** Time from the end of one scan to the next when no change was noticed. */
    @WithDefault("15m")
    Duration rescanInterval();

    /** How long a file may be gone before its document leaves the index; if it turns up elsewhere in that time, it was moved. */
    @WithDefault("5s")
    Duration moveGrace();

    /** How long a disk may give no sign of life before nobody waits for it any more and other replicas take its folders over. */
    @WithDefault("1m")
    Duration diskTimeout();

    /** Most files of one folder. */
    @WithDefault("500000")
    int maxFiles();

    /** Most folders of one collection. */
    @WithDefault("20")
    int maxFoldersPerCollection();
}
