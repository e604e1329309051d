@NullMarked
package dev.evenkeel.platform.search.embedding.model2vec;

import org.jspecify.annotations.NullMarked;
