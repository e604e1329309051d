package dev.evenkeel.knowledge;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Archives that collections are restored from; what would go beyond these limits is not backed up either. */
@ConfigMapping(prefix = "evenkeel.knowledge.restore")
public interface RestoreConfig {
    /** Most documents of an archive of a collection, to back up and to restore; up to 100,000. */
    @WithDefault("50000")
    int maxDocuments();

    /** Most bytes that the documents of an archive of a collection may have unpacked, to back up and to restore. */
    @WithDefault("8G")
    MemorySize maxUnpackedSize();

    /** How long an archive whose restore failed is kept, so that its job can be retried; a newer restore of its user ends that. */
    @WithDefault("24h")
    Duration keepFailed();
}
