/** Who did what, when and from where. */
@NullMarked
package dev.evenkeel.identity.audit;

import org.jspecify.annotations.NullMarked;
