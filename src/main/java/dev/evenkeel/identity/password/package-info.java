/** Passwords: stored so that a copy of the database does not give them away, and checked so that guessing is slow. */
@NullMarked
package dev.evenkeel.identity.password;

import org.jspecify.annotations.NullMarked;
