package dev.evenkeel.knowledge.ingestion;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A service that reads scans, images and layouts: Docling Serve, or another with its {@code POST /v1/convert/file}. */
@ConfigMapping(prefix = "evenkeel.knowledge.extractor")
public interface ExtractorConfig {
    /** Address of the service without a path; without it every document is read here alone. */
    Optional<URI> url();

    /** What it reads: {@code scanned_pdf} (a PDF without text), {@code image}, or names of types, which it then always reads. */
    @WithDefault("scanned_pdf,image")
    Set<String> types();

    /** Sent as {@code X-Api-Key}. */
    Optional<String> apiKey();

    /** Longest wait for one document; a job that waits longer counts as failed and is tried again. */
    @WithDefault("5m")
    Duration timeout();

    /** Wait before a job tries again when the service cannot be reached or is busy (429 or 503), which is no failed attempt. */
    @WithDefault("30s")
    Duration retryDelay();

    /** Largest answer. */
    @WithDefault("64M")
    MemorySize maxAnswerSize();
}
