/** Folders on the disk of the service that collections follow. */
@NullMarked
package dev.evenkeel.knowledge.folders;

import org.jspecify.annotations.NullMarked;
