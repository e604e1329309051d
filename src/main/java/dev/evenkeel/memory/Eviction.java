package dev.evenkeel.memory;

/** What happens to a write that would exceed a quota; spelled as in the API. */
public enum Eviction {
    /** It is refused. */
    none,
    /** The least recently used entries make room for it. */
    lru
}
