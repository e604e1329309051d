package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.TOKENS;
import static dev.evenkeel.identity.IdentityApi.USERS;
import static dev.evenkeel.identity.IdentityApi.anonymous;
import static dev.evenkeel.identity.IdentityApi.bearing;
import static dev.evenkeel.identity.IdentityApi.installation;
import static dev.evenkeel.identity.IdentityApi.newAdministrator;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.newToken;
import static dev.evenkeel.identity.IdentityApi.noContent;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Session;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Personal access tokens: what they allow, and when they end. */
@QuarkusTest
class PersonalTokenTest {
    @Inject
    Sql sql;

    @Test
    void aTokenIsShownOnceAndWorks() {
        // Given
        Session session = newSession();
        // When
        Response response = session.request()
                .body(Map.of("label", " laptop ", "scopes", List.of("read"), "expires_in_days", 7))
                .post(TOKENS);
        JsonPath issued = ok(response);
        String token = issued.getString("token");
        String path = TOKENS + "/" + issued.getString("id");
        // Then
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.header("Location")).isEqualTo(path);
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(token).matches("ek_pat_[0-9a-z]{57}");
        assertThat(issued.getString("label")).isEqualTo("laptop");
        assertThat(issued.getString("token_start")).isEqualTo(token.substring(0, 12));
        assertThat(Duration.between(Instant.now(), Instant.parse(issued.getString("expires_at"))))
                .isBetween(Duration.ofDays(7).minusMinutes(1), Duration.ofDays(7));
        assertThat(ok(bearing(token).get(ME)).getString("id"))
                .isEqualTo(session.person().id().toString());
        // And it is not shown again
        assertThat(session.request().get(path).asString()).doesNotContain(token);
        assertThat(session.request().get(TOKENS).asString()).doesNotContain(token);
        assertThat(ok(session.request().get(path)).getList("scopes")).containsExactly("read");
    }

    @Test
    void aTokenWithoutWishesReadsAndWritesForNinetyDays() {
        JsonPath issued = ok(newSession().request().body(Map.of("label", "x")).post(TOKENS));

        assertThat(issued.getList("scopes")).containsExactlyInAnyOrder("read", "write");
        assertThat(Duration.between(Instant.now(), Instant.parse(issued.getString("expires_at")))
                        .toHours())
                .isBetween(89 * 24L, 90 * 24L);
    }

    @Test
    void aTokenMakesNoTokens() {
        Session session = newAdministrator();
        JsonPath issued = newToken(session, "read", "write", "admin");
        String token = issued.getString("token");
        String path = TOKENS + "/" + issued.getString("id");

        problem(bearing(token).body(Map.of("label", "y")).post(TOKENS), 403);
        problem(bearing(token).get(TOKENS), 403);
        problem(bearing(token).post(path + "/rotate"), 403);
        problem(bearing(token).delete(path), 403);
        problem(bearing(token).body(Map.of("username", newName())).patch(ME), 403);
        problem(installation().get(TOKENS), 403);
        problem(anonymous().get(TOKENS), 401);
    }

    @Test
    void anAdministratorsRightsNeedTheScopeAndTheRight() {
        // Given
        Session administrator = newAdministrator();
        String all = newToken(administrator, "read", "admin").getString("token");
        String some = newToken(administrator, "read", "write").getString("token");
        // Then
        ok(bearing(all).get(USERS));
        problem(bearing(some).get(USERS), 403);
        problem(
                newSession()
                        .request()
                        .body(Map.of("label", "x", "scopes", List.of("admin")))
                        .post(TOKENS),
                403);
        // And when the right is lost, the scope is worth nothing
        ok(installation()
                .body(Map.of("administrator", false))
                .patch(USERS + "/" + administrator.person().id()));
        problem(bearing(all).get(USERS), 403);
        ok(bearing(all).get(ME));
    }

    @Test
    void aScopeThatIsMissingIsMissed() {
        String write = newToken(newSession(), "write").getString("token");

        problem(bearing(write).get(ME), 403);
    }

    @Test
    void aRotatedTokenIsTheSameWithANewSecret() {
        // Given
        Session session = newSession();
        JsonPath issued = newToken(session, "read");
        String path = TOKENS + "/" + issued.getString("id");
        // When
        JsonPath rotated = ok(session.request().post(path + "/rotate"));
        // Then
        assertThat(rotated.getString("id")).isEqualTo(issued.getString("id"));
        assertThat(rotated.getString("label")).isEqualTo("a program");
        assertThat(rotated.getString("rotated_at")).isNotNull();
        problem(bearing(issued.getString("token")).get(ME), 401);
        ok(bearing(rotated.getString("token")).get(ME));
        // And with a new label and end
        JsonPath again = ok(session.request()
                .body(Map.of("label", "server", "expires_in_days", 1))
                .post(path + "/rotate"));
        assertThat(again.getString("label")).isEqualTo("server");
        problem(bearing(rotated.getString("token")).get(ME), 401);
    }

    @Test
    void aTokenCanBeRenamed() {
        Session session = newSession();
        JsonPath issued = newToken(session, "read");
        String path = TOKENS + "/" + issued.getString("id");

        JsonPath changed = ok(session.request().body(Map.of("label", "renamed")).patch(path));

        assertThat(changed.getString("label")).isEqualTo("renamed");
        assertThat(changed.getString("expires_at")).isEqualTo(issued.getString("expires_at"));
        ok(bearing(issued.getString("token")).get(ME));
    }

    @Test
    void aRevokedTokenIsRefusedByTheNextRequest() {
        Session session = newSession();
        JsonPath issued = newToken(session, "read");
        String path = TOKENS + "/" + issued.getString("id");
        ok(bearing(issued.getString("token")).get(ME));

        noContent(session.request().delete(path));

        problem(bearing(issued.getString("token")).get(ME), 401);
        problem(session.request().get(path), 404);
        problem(session.request().delete(path), 404);
        problem(session.request().post(path + "/rotate"), 404);
        assertThat(ok(session.request().get(TOKENS)).getList("items")).isEmpty();
    }

    @Test
    void aTokenThatHasRunOutOrWhoseUserIsGoneIsRefused() {
        // Given
        Session session = newSession();
        JsonPath issued = newToken(session, "read");
        Session other = newSession();
        String deactivated = newToken(other, "read").getString("token");
        // When
        sql.rows("update access_token set expires_at = now() where id = $1", UUID.fromString(issued.getString("id")));
        ok(installation()
                .body(Map.of("active", false))
                .patch(USERS + "/" + other.person().id()));
        // Then
        problem(bearing(issued.getString("token")).get(ME), 401);
        problem(bearing(deactivated).get(ME), 401);
        // And one that has run out is still listed
        assertThat(ok(session.request().get(TOKENS)).getList("items.id")).containsExactly(issued.getString("id"));
    }

    @Test
    void aForeignTokenDoesNotExist() {
        String path = TOKENS + "/" + newToken(newSession(), "read").getString("id");
        for (Session stranger : List.of(newSession(), newAdministrator())) {
            problem(stranger.request().get(path), 404);
            problem(stranger.request().delete(path), 404);
            problem(stranger.request().post(path + "/rotate"), 404);
            problem(stranger.request().body(Map.of("label", "mine")).patch(path), 404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"label\":\"\"}",
                "{\"label\":\"  \"}",
                "{\"label\":\"a\\u0000\"}",
                "{\"label\":\"a\",\"scopes\":[]}",
                "{\"label\":\"a\",\"scopes\":[\"root\"]}",
                "{\"label\":\"a\",\"scopes\":[null]}",
                "{\"label\":\"a\",\"expires_in_days\":0}",
                "{\"label\":\"a\",\"expires_in_days\":366}",
                "{\"label\":\"a\",\"token\":\"b\"}"
            })
    void aBadWishIsRefused(String body) {
        problem(newSession().request().body(body).post(TOKENS), 400);
    }

    @Test
    void aLabelIsBounded() {
        problem(newSession().request().body(Map.of("label", "x".repeat(101))).post(TOKENS), 400);
    }

    @Test
    void malformedTokensAreRefused() {
        String token = newToken(newSession(), "read").getString("token");
        for (String bad : List.of(
                token.substring(0, 63),
                token + "0",
                token.replace("ek_pat_", "ek_cat_"),
                "ek_pat_" + "0".repeat(57),
                "ek_pat_",
                SecretToken.issue(SecretKind.PERSONAL_TOKEN).text())) {
            problem(bearing(bad).get(ME), 401);
        }
        ok(bearing(token).get(ME));
    }

    @Test
    void usableTokensAreBoundedAlsoAtOnce() {
        // Given one place left
        Session session = newSession();
        sql.rows(
                "insert into access_token (id, kind, user_id, label, token_hash, token_start, scopes, expires_at)"
                        + " select gen_random_uuid(), 'personal', $1, 'x', sha256(gen_random_uuid()::text::bytea), 'ek_pat_',"
                        + " array['read'], now() + interval '1 day' from generate_series(1, 99)",
                session.person().id());
        // When
        List<Integer> statuses = Concurrently.all(
                4,
                i -> patiently(() ->
                                session.request().body(Map.of("label", "x")).post(TOKENS))
                        .statusCode());
        // Then
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).allMatch(status -> status == 201 || status == 409);
    }

    @Test
    void aUseIsNotedSoon() {
        Session session = newSession();
        JsonPath issued = newToken(session, "read");
        ok(bearing(issued.getString("token")).get(ME));

        Eventually.holds(
                Duration.ofSeconds(20),
                () -> assertThat(ok(session.request().get(TOKENS + "/" + issued.getString("id")))
                                .getString("last_used_at"))
                        .isNotNull());
    }
}
