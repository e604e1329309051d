@NullMarked
package dev.evenkeel.platform.files;

import org.jspecify.annotations.NullMarked;
