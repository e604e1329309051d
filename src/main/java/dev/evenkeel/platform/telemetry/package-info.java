/** Metrics and request logging. */
@NullMarked
package dev.evenkeel.platform.telemetry;

import org.jspecify.annotations.NullMarked;
