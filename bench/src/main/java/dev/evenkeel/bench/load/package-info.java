/** Load generation: open model (fixed arrival rate) and closed model, with HdrHistogram latencies. */
@NullMarked
package dev.evenkeel.bench.load;

import org.jspecify.annotations.NullMarked;
