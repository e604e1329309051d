/** Search over numbered chunks of text: corpora, keyword and vector indexes, embeddings, fusion. */
@org.jspecify.annotations.NullMarked
package dev.evenkeel.platform.search;
