package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.AUTH;
import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.anonymous;
import static dev.evenkeel.identity.IdentityApi.bearing;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.newToken;
import static dev.evenkeel.identity.IdentityApi.noContent;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.person;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.signIn;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Person;
import dev.evenkeel.identity.IdentityApi.Session;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.MockMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changing a password, and setting a new one for a forgotten one. */
@QuarkusTest
class PasswordTest {
    private static final String NEW = "a rather new password";
    private static final Pattern TOKEN = Pattern.compile("ek_rst_[0-9a-z]{57}");

    @Inject
    Sql sql;

    @Inject
    MockMailbox mailbox;

    @BeforeEach
    void emptyMailbox() {
        mailbox.clear();
    }

    private static Response change(Session session, String current, String next) {
        return session.request()
                .body(Map.of("current_password", current, "new_password", next))
                .put(ME + "/password");
    }

    private static Response request(String email) {
        return anonymous().body(Map.of("email", email)).post(AUTH + "/password-reset");
    }

    private static Response confirm(String token, String password) {
        return anonymous()
                .body(Map.of("token", token, "new_password", password))
                .post(AUTH + "/password-reset/confirm");
    }

    private String tokenFor(Person person) {
        assertThat(request(person.email()).statusCode()).isEqualTo(202);
        List<Mail> mails = new ArrayList<>();
        Eventually.holds(() -> {
            mails.clear();
            mails.addAll(mailbox.getMailsSentTo(person.email()));
            assertThat(mails).isNotEmpty();
        });
        Mail mail = mails.get(mails.size() - 1);
        assertThat(mail.getFrom()).isEqualTo("evenkeel@example.org");
        Matcher token = TOKEN.matcher(mail.getText());
        assertThat(token.find()).isTrue();
        return token.group();
    }

    @Test
    void aNewPasswordEndsAllOtherSessions() {
        // Given
        Session session = newSession();
        Session other = signIn(session.person());
        // When
        noContent(change(session, PASSWORD, NEW));
        // Then
        ok(session.request().get(ME));
        problem(other.request().get(ME), 401);
        problem(login(session.person().username(), PASSWORD), 401);
        ok(login(session.person().username(), NEW));
    }

    @Test
    void aNewPasswordNeedsThePresentOneAndARule() {
        Session session = newSession();
        assertThat(problem(change(session, "wrong", NEW), 400).getString("errors[0].field"))
                .isEqualTo("current_password");
        assertThat(problem(change(session, PASSWORD, "short"), 400).getString("errors[0].field"))
                .isEqualTo("new_password");
        problem(change(session, PASSWORD, "password1"), 400);
        problem(change(session, PASSWORD, session.person().username()), 400);
        ok(login(session.person().username(), PASSWORD));
        // And a token does not do
        String token = newToken(session, "read", "write").getString("token");
        problem(
                bearing(token)
                        .body(Map.of("current_password", PASSWORD, "new_password", NEW))
                        .put(ME + "/password"),
                403);
    }

    @Test
    void aForgottenPasswordIsReplacedOnce() {
        // Given
        Session session = newSession();
        String token = tokenFor(session.person());
        // When
        noContent(confirm(token, NEW));
        // Then
        problem(session.request().get(ME), 401);
        problem(login(session.person().username(), PASSWORD), 401);
        ok(login(session.person().username(), NEW));
        // And the permission is used up
        problem(confirm(token, "yet another password"), 400);
        ok(login(session.person().username(), NEW));
    }

    @Test
    void ofTwoWithOnePermissionOneSucceeds() {
        Person person = person();
        String token = tokenFor(person);
        List<Integer> statuses = Concurrently.all(
                4, i -> patiently(() -> confirm(token, NEW + i)).statusCode());
        assertThat(statuses).containsOnlyOnce(204);
        assertThat(statuses).allMatch(status -> status == 204 || status == 400);
    }

    @Test
    void aNewPermissionMakesTheOneBeforeVoid() {
        Person person = person();
        String first = tokenFor(person);
        mailbox.clear();
        String second = tokenFor(person);

        problem(confirm(first, NEW), 400);
        noContent(confirm(second, NEW));
    }

    @Test
    void aPermissionThatHasRunOutOrWasMadeUpIsRefused() {
        Person person = person();
        String token = tokenFor(person);
        sql.rows("update password_reset set expires_at = now() where user_id = $1", person.id());

        problem(confirm(token, NEW), 400);
        problem(confirm(SecretToken.issue(SecretKind.PASSWORD_RESET).text(), NEW), 400);
        problem(confirm("ek_rst_", NEW), 400);
        problem(confirm(newSession().refreshToken(), NEW), 400);
    }

    @Test
    void aBadNewPasswordLeavesThePermission() {
        Person person = person();
        String token = tokenFor(person);

        problem(confirm(token, "password1"), 400);

        noContent(confirm(token, NEW));
    }

    @Test
    void nobodyLearnsWhichAddressesExist() {
        // When somebody unknown, and somebody deactivated, asks
        String stranger = newName() + "@example.org";
        Person person = person();
        sql.rows("update app_user set active = false where id = $1", person.id());
        // Then the answer is the same and nothing is sent
        assertThat(request(stranger).statusCode()).isEqualTo(202);
        assertThat(request(person.email()).statusCode()).isEqualTo(202);
        tokenFor(person());
        assertThat(mailbox.getMailsSentTo(stranger)).isNullOrEmpty();
        assertThat(mailbox.getMailsSentTo(person.email())).isNullOrEmpty();
    }

    @Test
    void requestsForOneAddressRunOut() {
        String email = newName() + "@example.org";
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            statuses.add(request(email).statusCode());
        }
        assertThat(statuses.subList(0, 10)).containsOnly(202);
        assertThat(statuses).endsWith(429);
    }
}
