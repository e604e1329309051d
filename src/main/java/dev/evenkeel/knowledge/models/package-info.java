/** Embedding models as data: what administrators make, and collections choose from. */
@NullMarked
package dev.evenkeel.knowledge.models;

import org.jspecify.annotations.NullMarked;
