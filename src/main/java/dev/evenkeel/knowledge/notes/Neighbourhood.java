package dev.evenkeel.knowledge.notes;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * The documents around one.
 *
 * @param items nearest first, and in a fixed order
 * @param truncated whether there are more than were asked for
 */
@RegisterForReflection
public record Neighbourhood(List<NeighbourView> items, boolean truncated) {}
