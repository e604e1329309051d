/** What tests of every feature share. */
@NullMarked
package dev.evenkeel.testing;

import org.jspecify.annotations.NullMarked;
