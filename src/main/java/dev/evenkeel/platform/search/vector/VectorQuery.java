package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.search.ChunkSet;
import java.util.List;

/**
 * What is looked for among vectors.
 *
 * @param vector of the model's dimension
 * @param within the chunks that may be found
 * @param limit most hits
 */
public record VectorQuery(
        List<Long> corpusNos, int modelNo, float[] vector, Metric metric, ChunkSet within, int limit) {}
