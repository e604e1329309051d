/** Results: JSON files and the tables of docs/performance.md. */
@NullMarked
package dev.evenkeel.bench.report;

import org.jspecify.annotations.NullMarked;
