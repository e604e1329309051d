package dev.evenkeel.bench.ledger;

import java.util.List;

/**
 * A document whose acceptance the service confirmed.
 *
 * @param markers words that occur nowhere else, one in each paragraph
 */
public record Acknowledged(String documentId, String sourcePath, List<String> markers) {}
