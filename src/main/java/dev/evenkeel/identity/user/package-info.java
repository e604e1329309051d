/** Accounts: registration, one's own account, administration. */
@NullMarked
package dev.evenkeel.identity.user;

import org.jspecify.annotations.NullMarked;
