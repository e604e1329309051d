/** Static embedding models in model2vec's format, read in plain Java: a tokenizer, a table of vectors, a mean. */
@NullMarked
package dev.evenkeel.platform.search.embedding.model2vec;

import org.jspecify.annotations.NullMarked;
