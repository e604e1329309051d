/** Cuts extracted text into chunks with a hard bound on their tokens. Pure computation. */
@NullMarked
package dev.evenkeel.knowledge.ingestion.chunk;

import org.jspecify.annotations.NullMarked;
