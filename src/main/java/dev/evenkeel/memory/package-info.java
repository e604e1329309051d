/** Memory of agents: JSON values by key in namespaces, with versions, expiry, atomic batches, quotas and history. */
@NullMarked
package dev.evenkeel.memory;

import org.jspecify.annotations.NullMarked;
