package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.database.embedded.EmbeddedPostgres;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.mailer.reactive.ReactiveMailer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way in which this installation delivers: mail where it has a sender, the log where it is one person's own. */
@Singleton
class ResetDeliveries {
    private static final Duration NOT_SOON = Duration.ofHours(1);

    private final @Nullable ResetDelivery chosen;

    ResetDeliveries(IdentityConfig config, ReactiveMailer mailer) {
        Optional<String> sender = config.mailFrom();
        if (sender.isPresent()) {
            this.chosen = new MailDelivery(mailer, sender.get(), config);
        } else {
            this.chosen = EmbeddedPostgres.inUse() ? new LogDelivery() : null;
        }
    }

    /**
     * The way to deliver.
     *
     * @throws ProblemException 503 when there is none
     */
    ResetDelivery require() {
        if (chosen == null) {
            throw ProblemException.unavailable(
                    "This installation sends no mail; ask an administrator for a new password.", NOT_SOON);
        }
        return chosen;
    }
}
