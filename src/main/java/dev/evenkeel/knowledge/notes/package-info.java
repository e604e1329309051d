/** The note graph: links between documents, resolved at every commit, tags, and a ranking by links. */
@NullMarked
package dev.evenkeel.knowledge.notes;

import org.jspecify.annotations.NullMarked;
