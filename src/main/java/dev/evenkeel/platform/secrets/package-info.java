/** Secrets that the database holds. */
@NullMarked
package dev.evenkeel.platform.secrets;

import org.jspecify.annotations.NullMarked;
