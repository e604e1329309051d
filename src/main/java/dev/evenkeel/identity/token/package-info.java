/** Access tokens: what programs and those with whom a collection is shared call with. */
@NullMarked
package dev.evenkeel.identity.token;

import org.jspecify.annotations.NullMarked;
