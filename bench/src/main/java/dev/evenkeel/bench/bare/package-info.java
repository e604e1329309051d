/** The baseline: the same answers from bare Vert.x, without the product. */
@NullMarked
package dev.evenkeel.bench.bare;

import org.jspecify.annotations.NullMarked;
