/** Search restricted by metadata: what it finds, against comparing everything. */
@NullMarked
package dev.evenkeel.bench.filtered;

import org.jspecify.annotations.NullMarked;
