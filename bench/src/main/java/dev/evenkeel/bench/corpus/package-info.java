/** Generated collections inside a running service. */
@NullMarked
package dev.evenkeel.bench.corpus;

import org.jspecify.annotations.NullMarked;
