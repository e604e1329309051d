/** Probes, answered on the event loop from cached state. */
@NullMarked
package dev.evenkeel.platform.health;

import org.jspecify.annotations.NullMarked;
