package dev.evenkeel.knowledge;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Archives that collections are restored from; what would go beyond these limits is not backed up either. */
@ConfigMapping(prefix = "evenkeel.knowledge.restore")
public interface RestoreConfig {
    /** Most documents of an archive of a collection, to back up and to restore; up to 1,000,000. */
    @WithDefault("50000")
    int maxDocuments();

    /** Most bytes that the documents of an archive of a collection may have unpacked, to back up and to restore. */
    @WithDefault("8G")
    MemorySize maxUnpackedSize();
}
