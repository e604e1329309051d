/** The same operations of an entry store through a blocking and through a reactive PostgreSQL client. */
@NullMarked
package dev.evenkeel.bench.memory.client;

import org.jspecify.annotations.NullMarked;
