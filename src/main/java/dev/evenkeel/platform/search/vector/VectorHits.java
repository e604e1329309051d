package dev.evenkeel.platform.search.vector;

import java.util.List;

/**
 * What a search by vector found.
 *
 * @param hits nearest first; equal cosines by chunk number
 * @param complete false while the bits of some corpus are still being loaded, which was left out then
 */
public record VectorHits(List<VectorHit> hits, boolean complete) {}
