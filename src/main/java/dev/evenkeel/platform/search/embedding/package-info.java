/** Texts as vectors of meaning. */
@NullMarked
package dev.evenkeel.platform.search.embedding;

import org.jspecify.annotations.NullMarked;
