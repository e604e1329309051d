/** The durable job queue: work that survives its process, in lanes of its own. */
@NullMarked
package dev.evenkeel.platform.jobs;

import org.jspecify.annotations.NullMarked;
