/** Processes that the harness starts and ends: PostgreSQL, the service, the bare server, the peer. */
@NullMarked
package dev.evenkeel.bench.process;

import org.jspecify.annotations.NullMarked;
