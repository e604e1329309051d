/** Bounded workers for what must not run on an event loop. */
@NullMarked
package dev.evenkeel.platform.offload;

import org.jspecify.annotations.NullMarked;
