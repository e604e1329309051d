/** The part of Evenkeel's HTTP API that the harness uses. */
@NullMarked
package dev.evenkeel.bench.api;

import org.jspecify.annotations.NullMarked;
