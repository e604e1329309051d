/** Collections of documents, their chunks, and the search over them. */
@NullMarked
package dev.evenkeel.knowledge;

import org.jspecify.annotations.NullMarked;
