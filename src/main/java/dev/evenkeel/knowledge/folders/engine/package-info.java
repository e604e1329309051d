/** Which files of a folder are left out: patterns as in {@code .gitignore} files. */
@NullMarked
package dev.evenkeel.knowledge.folders.engine;

import org.jspecify.annotations.NullMarked;
