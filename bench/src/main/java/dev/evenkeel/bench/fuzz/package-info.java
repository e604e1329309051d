/** Bad requests and the rules every answer to them must keep. */
@NullMarked
package dev.evenkeel.bench.fuzz;

import org.jspecify.annotations.NullMarked;
