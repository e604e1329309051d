/** What the conformance suite of the protocol asks of a server besides its own features; never part of the product. */
@NullMarked
package dev.evenkeel.mcp.conformance;

import org.jspecify.annotations.NullMarked;
