package dev.evenkeel.platform.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of HTTP requests. */
@ConfigMapping(prefix = "evenkeel.http")
public interface HttpConfig {
    /** Largest JSON body, in bytes; document text may be inline up to this size. */
    @WithDefault("16M")
    MemorySize maxJsonBody();

    /** Largest multipart upload as a whole, in bytes; must not exceed quarkus.http.limits.max-body-size. */
    @WithDefault("1G")
    MemorySize maxUpload();

    /** Requests a second that one client address may make to this replica; 0 switches the limit off. */
    @WithDefault("20000")
    int requestsPerSecond();

    /** Requests a second that one caller (user, or collection token) may make to this replica; 0 switches the limit off. */
    @WithDefault("10000")
    int requestsPerSecondAndCaller();
}
