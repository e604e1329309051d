package dev.evenkeel.knowledge;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** ZIP archives in an upload, each of which is taken as a folder of its files. */
@ConfigMapping(prefix = "evenkeel.knowledge.archive")
public interface ArchiveConfig {
    /** Most files and folders in the archives of one upload. */
    @WithDefault("2000")
    int maxEntries();

    /** Most bytes that one archive may unpack to. */
    @WithDefault("1G")
    MemorySize maxUnpackedSize();

    /** Most bytes that an entry of more than 1 MiB may unpack to for each byte it has in the archive. */
    @WithDefault("100")
    int maxRatio();
}
