package dev.evenkeel.identity.session;

import dev.evenkeel.identity.user.User;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

/** Delivers into the log, which on a machine of one's own is read by that person only. */
final class LogDelivery implements ResetDelivery {
    private static final Logger LOG = Logger.getLogger(LogDelivery.class);

    @Override
    public Uni<Void> deliver(User user, String token) {
        LOG.infof("Permission to set a new password for %s, once: %s", user.username(), token);
        return Uni.createFrom().voidItem();
    }
}
