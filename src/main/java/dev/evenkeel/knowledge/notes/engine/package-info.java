/** What documents say of each other, found and weighed: plain Java, without database or framework. */
@NullMarked
package dev.evenkeel.knowledge.notes.engine;

import org.jspecify.annotations.NullMarked;
