package dev.evenkeel.identity.session;

import dev.evenkeel.identity.user.User;
import io.smallrye.mutiny.Uni;

/** Brings the permission to set a new password to the person it is for. */
interface ResetDelivery {
    /** Sends the token to the user's own address, by a way that nobody else reads. */
    Uni<Void> deliver(User user, String token);
}
