package dev.evenkeel.platform.search;

/** A range of chunk numbers, both ends included. It may hold numbers that belong to other corpora. */
public record ChunkRange(long first, long last) {}
