/** Requests of each user by month. */
@NullMarked
package dev.evenkeel.identity.usage;

import org.jspecify.annotations.NullMarked;
