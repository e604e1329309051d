/** What the demo reads and prints. */
@NullMarked
package dev.evenkeel.bench.demo;

import org.jspecify.annotations.NullMarked;
