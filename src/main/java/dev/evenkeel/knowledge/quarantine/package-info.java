/** Safety rules for what comes in, and the quarantine of what they refuse. */
@NullMarked
package dev.evenkeel.knowledge.quarantine;

import org.jspecify.annotations.NullMarked;
