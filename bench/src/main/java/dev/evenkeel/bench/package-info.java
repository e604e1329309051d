/** The harness: one class with a main method for each thing that is measured or tried. */
@NullMarked
package dev.evenkeel.bench;

import org.jspecify.annotations.NullMarked;
