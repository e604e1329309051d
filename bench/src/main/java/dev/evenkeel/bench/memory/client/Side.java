package dev.evenkeel.bench.memory.client;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** A client of the database under a number of callers, each of which has one operation in flight. */
interface Side extends AutoCloseable {

    /** Runs one operation from all callers for the given time; latencies in nanoseconds, one value for each execution. */
    Histogram run(EntryStatement operation, Duration duration) throws Exception;

    @Override
    void close() throws Exception;
}
