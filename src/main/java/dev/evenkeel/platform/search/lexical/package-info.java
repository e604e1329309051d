/** Keyword search on plain PostgreSQL: analysis, an inverted index in immutable segments, BM25. */
@org.jspecify.annotations.NullMarked
package dev.evenkeel.platform.search.lexical;
