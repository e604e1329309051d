/** Nearest neighbours without an extension: sign bits in memory find candidates, exact vectors rank them. */
@NullMarked
package dev.evenkeel.platform.search.vector;

import org.jspecify.annotations.NullMarked;
