/** People, how they sign in, and what their programs may do. */
@NullMarked
package dev.evenkeel.identity;

import org.jspecify.annotations.NullMarked;
