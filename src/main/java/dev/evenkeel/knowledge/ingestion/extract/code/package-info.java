/** Divides source code at its declarations with one scanner for all languages. */
@NullMarked
package dev.evenkeel.knowledge.ingestion.extract.code;

import org.jspecify.annotations.NullMarked;
