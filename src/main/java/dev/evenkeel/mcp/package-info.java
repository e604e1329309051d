/** Tools, resources and prompts for agents (Model Context Protocol), over the same services as REST. */
@NullMarked
package dev.evenkeel.mcp;

import org.jspecify.annotations.NullMarked;
