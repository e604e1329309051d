/** The API of rag-kb, answered in its shapes by the services of this module, for clients and scripts that know no other. */
@NullMarked
package dev.evenkeel.knowledge.facade;

import org.jspecify.annotations.NullMarked;
