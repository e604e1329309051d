/** The memory module measured: its clients, its HTTP interface, its consistency and its cancelled queries. */
@NullMarked
package dev.evenkeel.bench.memory;

import org.jspecify.annotations.NullMarked;
