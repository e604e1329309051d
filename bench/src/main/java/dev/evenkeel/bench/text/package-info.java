/** Generated text with the word frequencies of natural language. */
@NullMarked
package dev.evenkeel.bench.text;

import org.jspecify.annotations.NullMarked;
