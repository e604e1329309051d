/** Recognises the type of a document and turns it into text with blocks, page numbers and headings. Blocking code without I/O beyond the file it is given. */
@NullMarked
package dev.evenkeel.knowledge.ingestion.extract;

import org.jspecify.annotations.NullMarked;
