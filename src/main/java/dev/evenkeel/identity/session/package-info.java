/** Signing in: sessions, the keys that sign them, new passwords for forgotten ones. */
@NullMarked
package dev.evenkeel.identity.session;

import org.jspecify.annotations.NullMarked;
