/** A real PostgreSQL server that comes with the service, for when none is configured. */
@NullMarked
package dev.evenkeel.platform.database.embedded;

import org.jspecify.annotations.NullMarked;
