/** A folder that a collection follows: its files, and what the service says of them. */
@NullMarked
package dev.evenkeel.bench.folder;

import org.jspecify.annotations.NullMarked;
