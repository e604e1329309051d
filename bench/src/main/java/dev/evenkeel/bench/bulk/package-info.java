/** What PostgreSQL itself can take: COPY and unnest into copies of the real tables. */
@NullMarked
package dev.evenkeel.bench.bulk;

import org.jspecify.annotations.NullMarked;
