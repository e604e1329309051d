package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.user.User;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.smallrye.mutiny.Uni;

/** Delivers by mail. */
final class MailDelivery implements ResetDelivery {
    private final ReactiveMailer mailer;
    private final String sender;
    private final IdentityConfig config;

    MailDelivery(ReactiveMailer mailer, String sender, IdentityConfig config) {
        this.mailer = mailer;
        this.sender = sender;
        this.config = config;
    }

    @Override
    public Uni<Void> deliver(User user, String token) {
        String text = """
                Hello %s,

                somebody, probably you, asked for a new password. It can be set once, within %d minutes, with

                %s

                If it was not you, there is nothing to do: without this message nobody can change your password.
                """.formatted(
                        user.username(),
                        config.session().passwordResetLifetime().toMinutes(),
                        config.resetLink().orElse("") + token);
        return mailer.send(
                Mail.withText(user.email(), "Set a new password", text).setFrom(sender));
    }
}
