package dev.evenkeel.bench.retrieval;

/** A document of a test collection. */
public record TrecDocument(String id, String title, String text) {}
