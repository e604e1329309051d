/** Keeping collections in order: what was found, what was mended, and archives of whole collections. */
@NullMarked
package dev.evenkeel.knowledge.maintenance;

import org.jspecify.annotations.NullMarked;
