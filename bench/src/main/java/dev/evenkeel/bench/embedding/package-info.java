/** An embedding endpoint that costs next to nothing, so that what is measured is the search. */
@NullMarked
package dev.evenkeel.bench.embedding;

import org.jspecify.annotations.NullMarked;
