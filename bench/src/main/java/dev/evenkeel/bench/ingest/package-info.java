/** Ingestion at saturation while probes and reads are measured. */
@NullMarked
package dev.evenkeel.bench.ingest;

import org.jspecify.annotations.NullMarked;
