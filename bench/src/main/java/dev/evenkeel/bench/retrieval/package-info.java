/** Retrieval quality on TREC-style test collections. */
@NullMarked
package dev.evenkeel.bench.retrieval;

import org.jspecify.annotations.NullMarked;
