/** Lanes, pools and transactions: the only way to the database. */
@NullMarked
package dev.evenkeel.platform.database;

import org.jspecify.annotations.NullMarked;
