/** Command-line options shared by all commands. */
@NullMarked
package dev.evenkeel.bench.cli;

import org.jspecify.annotations.NullMarked;
