/** Who calls, and what they may do. */
@NullMarked
package dev.evenkeel.platform.access;

import org.jspecify.annotations.NullMarked;
