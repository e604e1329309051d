package dev.evenkeel.knowledge.notes;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/**
 * A document that links lead to from another, in whatever direction.
 *
 * @param hops the least number of links between the two, from 1
 * @param viaDocumentId the document one hop nearer; the one asked about at the first hop
 * @param kind how that one and this are linked; one of the ways when there are several
 * @param direction {@code outgoing} when that one links here, {@code incoming} when this one links there
 */
@RegisterForReflection
public record NeighbourView(NoteRef document, int hops, UUID viaDocumentId, String kind, String direction) {}
