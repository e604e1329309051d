/** From bytes to searchable chunks. */
@NullMarked
package dev.evenkeel.knowledge.ingestion;

import org.jspecify.annotations.NullMarked;
