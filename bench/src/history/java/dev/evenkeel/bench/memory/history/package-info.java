/**
 * Histories of a memory namespace: clients that record what they asked and what they were told, and a checker that decides offline
 * whether one store could have answered so. The harness and the service's integration tests both compile these sources.
 */
@NullMarked
package dev.evenkeel.bench.memory.history;

import org.jspecify.annotations.NullMarked;
