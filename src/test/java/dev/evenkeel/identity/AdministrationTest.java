package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.AUTH;
import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.TOKENS;
import static dev.evenkeel.identity.IdentityApi.USERS;
import static dev.evenkeel.identity.IdentityApi.anonymous;
import static dev.evenkeel.identity.IdentityApi.bearing;
import static dev.evenkeel.identity.IdentityApi.installation;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newAdministrator;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.newToken;
import static dev.evenkeel.identity.IdentityApi.noContent;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.person;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.refresh;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Person;
import dev.evenkeel.identity.IdentityApi.Session;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators do with accounts, and what they read. */
@QuarkusTest
class AdministrationTest {
    @Inject
    Sql sql;

    private static String path(Person person) {
        return USERS + "/" + person.id();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/users",
                "/api/v1/users/00000000-0000-7000-8000-000000000000",
                "/api/v1/users/00000000-0000-7000-8000-000000000000/usage",
                "/api/v1/audit-events"
            })
    void nobodyElseMay(String path) {
        Session session = newSession();
        problem(session.request().get(path), 403);
        problem(bearing(newToken(session, "read", "write").getString("token")).get(path), 403);
        problem(anonymous().get(path), 401);
    }

    @Test
    void nobodyElseChangesAccounts() {
        Session session = newSession();
        Person other = person();
        problem(session.request().body(Map.of("active", false)).patch(path(other)), 403);
        problem(session.request().body(Map.of("administrator", true)).patch(path(session.person())), 403);
        problem(session.request().delete(path(other)), 403);
        problem(
                session.request()
                        .body(Map.of("username", newName(), "email", newName() + "@example.org", "password", PASSWORD))
                        .post(USERS),
                403);
    }

    @Test
    void accountsAreFoundByAPartOfNameOrAddress() {
        // Given
        Session administrator = newAdministrator();
        List<String> ids = new ArrayList<>();
        String mark = UUID.randomUUID().toString().substring(0, 13);
        for (int i = 0; i < 5; i++) {
            ids.add(
                    0,
                    ok(IdentityApi.register(mark + i, mark + i + "@example.org", PASSWORD))
                            .getString("id"));
        }
        // When
        List<String> seen = new ArrayList<>();
        JsonPath page = ok(administrator
                .request()
                .queryParam("query", mark.toUpperCase(Locale.ROOT))
                .get(USERS + "?limit=2"));
        seen.addAll(page.getList("items.id", String.class));
        while (page.getString("next_cursor") != null) {
            page = ok(administrator
                    .request()
                    .queryParam("query", mark)
                    .queryParam("cursor", page.getString("next_cursor"))
                    .get(USERS + "?limit=2"));
            seen.addAll(page.getList("items.id", String.class));
        }
        // Then
        assertThat(seen).isEqualTo(ids);
        assertThat(ok(administrator.request().queryParam("query", mark + "3@").get(USERS))
                        .getList("items.username"))
                .containsExactly(mark + "3");
        assertThat(ok(administrator.request().queryParam("query", "%").get(USERS))
                        .getList("items"))
                .isEmpty();
        problem(administrator.request().get(USERS + "?limit=0"), 400);
        problem(administrator.request().get(USERS + "?cursor=abc"), 400);
    }

    @Test
    void anAccountIsSeenWithWhatHangsOnIt() {
        Session administrator = newAdministrator();
        Session session = newSession();
        newToken(session, "read");
        UUID old = UUID.fromString(newToken(session, "read").getString("id"));
        sql.rows("update access_token set expires_at = now() where id = $1", old);

        JsonPath detail = ok(administrator.request().get(path(session.person())));

        assertThat(detail.getString("username")).isEqualTo(session.person().username());
        assertThat(detail.getInt("sessions_open")).isEqualTo(1);
        assertThat(detail.getInt("personal_tokens_active")).isEqualTo(1);
        assertThat(detail.getInt("personal_tokens_inactive")).isEqualTo(1);
        assertThat(detail.getMap("$")).doesNotContainKey("password_hash");
        problem(administrator.request().get(USERS + "/" + UUID.randomUUID()), 404);
    }

    @Test
    void aPasswordSetByAnAdministratorEndsAllSessions() {
        Session administrator = newAdministrator();
        Session session = newSession();

        ok(administrator.request().body(Map.of("password", "another password")).patch(path(session.person())));

        problem(session.request().get(ME), 401);
        ok(login(session.person().username(), "another password"));
        problem(administrator.request().body(Map.of("password", "password1")).patch(path(session.person())), 400);
    }

    @Test
    void aChangeOfAnotherVersionIsRefused() {
        Session administrator = newAdministrator();
        Person person = person();
        String seen = administrator.request().get(path(person)).header("ETag");
        ok(administrator
                .request()
                .header("If-Match", seen)
                .body(Map.of("username", newName()))
                .patch(path(person)));

        problem(
                administrator
                        .request()
                        .header("If-Match", seen)
                        .body(Map.of("active", false))
                        .patch(path(person)),
                412);
        problem(administrator.request().header("If-Match", seen).delete(path(person)), 412);
    }

    @Test
    void anAccountIsDeletedByOthersOnly() {
        Session administrator = newAdministrator();
        Session session = newSession();

        problem(administrator.request().delete(path(administrator.person())), 409);
        noContent(administrator.request().delete(path(session.person())));

        problem(session.request().get(ME), 401);
        problem(administrator.request().get(path(session.person())), 404);
        problem(administrator.request().delete(path(session.person())), 404);
    }

    @Test
    void oneAdministratorIsAlwaysLeft() {
        // Given two, who want each other's rights away at the same time
        sql.rows("update app_user set administrator = false");
        Session first = newAdministrator();
        Session second = newAdministrator();
        List<Session> both = List.of(first, second);
        // When
        List<Integer> statuses = Concurrently.all(
                2,
                i -> patiently(() -> both.get(i)
                                .request()
                                .body(Map.of(i == 0 ? "active" : "administrator", false))
                                .patch(path(both.get(1 - i).person())))
                        .statusCode());
        // Then
        assertThat(sql.number("select count(*) from app_user where administrator and active"))
                .as("statuses %s", statuses)
                .isEqualTo(1);
        Session left = both.get(
                sql.number(
                                        "select count(*) from app_user where administrator and active and id = $1",
                                        first.person().id())
                                == 1
                        ? 0
                        : 1);
        problem(left.request().body(Map.of("administrator", false)).patch(path(left.person())), 409);
        problem(left.request().body(Map.of("active", false)).patch(path(left.person())), 409);
        problem(left.request().body(Map.of("password", PASSWORD)).delete(ME), 409);
        problem(installation().delete(path(left.person())), 409);
        ok(left.request().body(Map.of("username", newName())).patch(path(left.person())));
    }

    @Test
    void whatHappenedIsInTheTrail() {
        // Given
        Session administrator = newAdministrator();
        Session session = newSession();
        login(session.person().username(), "wrong password");
        JsonPath token = newToken(session, "read");
        session.request().post(TOKENS + "/" + token.getString("id") + "/rotate");
        session.request().delete(TOKENS + "/" + token.getString("id"));
        ok(administrator
                .request()
                .header("X-Request-Id", "an-id-of-mine")
                .body(Map.of("active", false, "administrator", true))
                .patch(path(session.person())));
        // When
        JsonPath about = ok(administrator
                .request()
                .queryParam("subject_id", session.person().id())
                .get("/api/v1/audit-events"));
        JsonPath by = ok(administrator
                .request()
                .queryParam("actor_id", session.person().id())
                .get("/api/v1/audit-events"));
        // Then
        assertThat(about.getList("items.action"))
                .contains(
                        "user.created",
                        "session.signed_in",
                        "session.sign_in_failed",
                        "user.deactivated",
                        "user.promoted");
        assertThat(by.getList("items.action"))
                .contains("session.signed_in", "token.issued", "token.rotated", "token.revoked");
        Map<String, Object> deactivated = about.<Map<String, Object>>getList("items").stream()
                .filter(event -> "user.deactivated".equals(event.get("action")))
                .findFirst()
                .orElseThrow();
        assertThat(deactivated)
                .containsEntry("actor_id", administrator.person().id().toString())
                .containsEntry("actor", administrator.person().username())
                .containsEntry("subject", session.person().username())
                .containsEntry("request_id", "an-id-of-mine")
                .containsEntry("address", "127.0.0.1");
    }

    @Test
    void theTrailIsPagedAndFiltered() {
        Session administrator = newAdministrator();
        Session session = newSession();
        for (int i = 0; i < 3; i++) {
            newToken(session, "read");
        }
        String query = "/api/v1/audit-events?action=token.issued&actor_id="
                + session.person().id();

        JsonPath first = ok(administrator.request().get(query + "&limit=2"));
        JsonPath second = ok(administrator
                .request()
                .queryParam("cursor", first.getString("next_cursor"))
                .get(query + "&limit=2"));

        assertThat(first.getList("items")).hasSize(2);
        assertThat(second.getList("items")).hasSize(1);
        assertThat(second.getString("next_cursor")).isNull();
        assertThat(ok(administrator.request().get(query + "&since=2100-01-01T00:00:00Z"))
                        .getList("items"))
                .isEmpty();
        assertThat(ok(administrator.request().get(query + "&until=2100-01-01T00:00:00Z"))
                        .getList("items"))
                .hasSize(3);
        problem(administrator.request().get(query + "&since=yesterday"), 400);
        problem(administrator.request().get("/api/v1/audit-events?actor_id=x"), 400);
    }

    @Test
    void requestsAreCountedByUserMonthAndWay() {
        Session administrator = newAdministrator();
        Session session = newSession();
        for (int i = 0; i < 5; i++) {
            ok(session.request().get(ME));
        }
        session.request().get("/mcp");

        Eventually.holds(Duration.ofSeconds(20), () -> {
            JsonPath usage = ok(administrator.request().get(path(session.person()) + "/usage?months=2"));
            assertThat(usage.getList("months")).hasSize(2);
            assertThat(usage.getLong("months[0].api_requests")).isEqualTo(5);
            assertThat(usage.getLong("months[0].mcp_requests")).isEqualTo(1);
            assertThat(usage.getLong("months[0].total_requests")).isEqualTo(6);
            assertThat(usage.getLong("months[1].total_requests")).isZero();
        });
        problem(administrator.request().get(path(session.person()) + "/usage?months=25"), 400);
        problem(administrator.request().get(USERS + "/" + UUID.randomUUID() + "/usage"), 404);
    }

    @Test
    void noTableHoldsAUsableSecret() {
        // Given secrets of every kind
        Session session = newSession();
        Set<String> secrets = new HashSet<>(List.of(PASSWORD, session.accessToken(), session.refreshToken()));
        secrets.add(newToken(session, "read").getString("token"));
        secrets.add(ok(refresh(session.refreshToken())).getString("refresh_token"));
        login(session.person().username(), "a wrong but secret password");
        secrets.add("a wrong but secret password");
        login("a secret typed as a name", PASSWORD);
        secrets.add("a secret typed as a name");
        anonymous().body(Map.of("email", session.person().email())).post(AUTH + "/password-reset");
        Eventually.holds(() -> assertThat(sql.number(
                        "select count(*) from password_reset where user_id = $1",
                        session.person().id()))
                .isEqualTo(1));
        // Then a dump of all tables has none of them
        for (String table : List.of(
                "app_user",
                "user_session",
                "refresh_token",
                "access_token",
                "password_reset",
                "signing_key",
                "audit_event",
                "usage_count",
                "installation",
                "idempotency_key")) {
            StringBuilder dump = new StringBuilder();
            for (Row row : sql.rows("select t::text from " + table + " t")) {
                dump.append(row.getString(0)).append('\n');
            }
            assertThat(secrets).as(table).noneMatch(secret -> dump.indexOf(secret) >= 0);
            assertThat(dump.toString()).as(table).doesNotContainPattern("ek_(ref|rst|pat|cat)_[0-9a-z]{10}");
        }
    }
}
