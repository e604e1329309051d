/** What a service acknowledged, and whether it still holds it exactly once. */
@NullMarked
package dev.evenkeel.bench.ledger;

import org.jspecify.annotations.NullMarked;
