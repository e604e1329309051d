package dev.evenkeel.identity.usage;

import java.util.Locale;

/** The way in which a request came. */
enum UsageSource {
    API,
    MCP;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
