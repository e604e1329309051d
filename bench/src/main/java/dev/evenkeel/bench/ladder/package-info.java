/** The ladder: the same requests to servers that do ever more, from bare HTTP to the whole service. */
@NullMarked
package dev.evenkeel.bench.ladder;

import org.jspecify.annotations.NullMarked;
