/** Conditions on metadata, as clients write them and as the database checks them. */
@NullMarked
package dev.evenkeel.platform.search.filter;

import org.jspecify.annotations.NullMarked;
