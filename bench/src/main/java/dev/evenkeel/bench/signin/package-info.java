/** Many people who sign in at once, what it costs everybody else, and what checking a credential costs. */
@NullMarked
package dev.evenkeel.bench.signin;

import org.jspecify.annotations.NullMarked;
