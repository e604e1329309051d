/** Temporary files of this process, and those that an earlier one has left behind. */
@NullMarked
package dev.evenkeel.platform.files;

import org.jspecify.annotations.NullMarked;
