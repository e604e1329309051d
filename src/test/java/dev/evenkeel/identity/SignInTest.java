package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.AUTH;
import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.anonymous;
import static dev.evenkeel.identity.IdentityApi.bearing;
import static dev.evenkeel.identity.IdentityApi.installation;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newAdministrator;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.noContent;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.person;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.refresh;
import static dev.evenkeel.identity.IdentityApi.session;
import static dev.evenkeel.identity.IdentityApi.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Person;
import dev.evenkeel.identity.IdentityApi.Session;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions: how they begin, go on and end. */
@QuarkusTest
class SignInTest {
    @Inject
    Sql sql;

    private static JsonObject decoded(String part) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    @Test
    void aSessionIsAPersonsOwn() {
        // Given
        Person person = person();
        // When
        Response response = login(person.username(), PASSWORD);
        JsonPath tokens = ok(response);
        Session session = session(person, tokens);
        // Then
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(tokens.getString("token_type")).isEqualTo("Bearer");
        assertThat(tokens.getInt("expires_in")).isEqualTo(900);
        assertThat(session.refreshToken()).startsWith("ek_ref_");
        JsonPath me = ok(session.request().get(ME));
        assertThat(me.getString("id")).isEqualTo(person.id().toString());
        assertThat(me.getString("username")).isEqualTo(person.username());
        assertThat(me.getString("signed_in_at")).isNotNull();
    }

    @Test
    void theTokenSaysWhoAndForHowLong() {
        // Given
        Session session = newSession();
        String[] parts = session.accessToken().split("\\.");
        JsonObject head = decoded(parts[0]);
        JsonObject claims = decoded(parts[1]);
        // Then
        assertThat(head.getString("alg")).isEqualTo("ES256");
        assertThat(claims.getString("sub")).isEqualTo(session.person().id().toString());
        assertThat(claims.getString("iss")).isEqualTo("evenkeel");
        assertThat(String.valueOf(claims.getValue("aud"))).contains("evenkeel");
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(900);
        assertThat(claims.getString("jti")).isNotNull();
        assertThat(UUID.fromString(claims.getString("sid"))).isNotNull();
        // And its key is published, without the private part
        List<Map<String, Object>> keys =
                ok(anonymous().get("/.well-known/jwks.json")).getList("keys");
        assertThat(keys).anySatisfy(key -> {
            assertThat(key).containsEntry("kid", head.getString("kid")).containsEntry("alg", "ES256");
            assertThat(key).containsKeys("x", "y").doesNotContainKey("d");
        });
    }

    @Test
    void aWrongNameAndAWrongPasswordAreToldAlike() {
        // Given
        Person person = person();
        // When
        JsonPath wrongPassword = problem(login(person.username(), "not the password"), 401);
        JsonPath wrongName = problem(login(newName(), PASSWORD), 401);
        // Then
        assertThat(wrongName.getString("detail")).isEqualTo(wrongPassword.getString("detail"));
        problem(login("a\u0000b", PASSWORD), 401);
        problem(login("nobody@example.org", PASSWORD), 401);
    }

    @Test
    void attemptsForOneAccountRunOut() {
        // Given
        Person person = person();
        for (int i = 0; i < 10; i++) {
            problem(login(person.username(), "wrong " + i), 401);
        }
        // When
        Response refused = login(person.username(), PASSWORD);
        // Then also the right password has to wait, and the trail tells
        problem(refused, 429);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 32);
        assertThat(sql.number(
                        "select count(*) from audit_event where action = 'session.sign_in_limited' and subject_id = $1",
                        person.id()))
                .isEqualTo(1);
        // And others do not
        newSession();
    }

    @Test
    void aSignOutCountsFromTheNextRequestOn() {
        Session session = newSession();
        Session other = signIn(session.person());

        noContent(session.request().post(AUTH + "/logout"));

        problem(session.request().get(ME), 401);
        problem(refresh(session.refreshToken()), 401);
        ok(other.request().get(ME));
    }

    @Test
    void aSignOutEverywhereEndsAllSessions() {
        Session session = newSession();
        Session other = signIn(session.person());
        Session foreign = newSession();

        noContent(other.request().post(AUTH + "/logout-all"));

        problem(session.request().get(ME), 401);
        problem(other.request().get(ME), 401);
        problem(refresh(session.refreshToken()), 401);
        ok(foreign.request().get(ME));
    }

    @Test
    void aRefreshGivesThePairAfter() {
        // Given
        Session session = newSession();
        // When
        Session next = session(session.person(), ok(refresh(session.refreshToken())));
        // Then
        assertThat(next.refreshToken()).isNotEqualTo(session.refreshToken());
        ok(next.request().get(ME));
        // And the session is the same one
        assertThat(ok(next.request().get(ME + "/sessions")).getList("items")).hasSize(1);
        ok(refresh(next.refreshToken()));
    }

    @Test
    void aReusedRefreshTokenEndsItsSession() {
        // Given
        Session session = newSession();
        Session other = signIn(session.person());
        Session next = session(session.person(), ok(refresh(session.refreshToken())));
        // When
        problem(refresh(session.refreshToken()), 401);
        // Then neither side goes on
        problem(session.request().get(ME), 401);
        problem(next.request().get(ME), 401);
        problem(refresh(next.refreshToken()), 401);
        // And it was written down, once; another session of the user is not touched
        assertThat(sql.number(
                        "select count(*) from audit_event where action = 'session.refresh_reused' and subject_id = $1",
                        session.person().id()))
                .isEqualTo(1);
        ok(other.request().get(ME));
    }

    @Test
    void aRefreshTokenUsedTwiceAtOnceEndsItsSession() {
        // Given
        Session session = newSession();
        // When
        List<Response> answers = Concurrently.all(2, i -> refresh(session.refreshToken()));
        // Then one got new tokens, which are worth nothing
        List<Integer> statuses = answers.stream().map(Response::statusCode).toList();
        assertThat(statuses).containsExactlyInAnyOrder(200, 401);
        for (Response answer : answers) {
            if (answer.statusCode() == 200) {
                problem(session(session.person(), Json.of(answer)).request().get(ME), 401);
            }
        }
    }

    @Test
    void aSessionIsSeenAndEndedByItsUserOnly() {
        // Given
        Session session = newSession();
        Session other = signIn(session.person());
        Session foreigner = newSession();
        JsonPath list = ok(session.request().header("User-Agent", "ignored").get(ME + "/sessions"));
        // Then
        assertThat(list.getList("items.current", Boolean.class)).containsExactly(false, true);
        String otherId = list.getString("items[0].id");
        problem(foreigner.request().delete(ME + "/sessions/" + otherId), 404);
        ok(other.request().get(ME));
        noContent(session.request().delete(ME + "/sessions/" + otherId));
        problem(other.request().get(ME), 401);
        problem(session.request().delete(ME + "/sessions/" + otherId), 404);
        problem(session.request().delete(ME + "/sessions/" + UUID.randomUUID()), 404);
        ok(session.request().get(ME));
    }

    @Test
    void sessionsArePaged() {
        Session session = newSession();
        for (int i = 0; i < 4; i++) {
            signIn(session.person());
        }
        List<String> seen = new ArrayList<>();
        JsonPath page = ok(session.request().get(ME + "/sessions?limit=2"));
        seen.addAll(page.getList("items.id", String.class));
        while (page.getString("next_cursor") != null) {
            page = ok(session.request()
                    .queryParam("cursor", page.getString("next_cursor"))
                    .get(ME + "/sessions?limit=2"));
            seen.addAll(page.getList("items.id", String.class));
        }
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aDeactivationCountsFromTheNextRequestOn() {
        // Given
        Session administrator = newAdministrator();
        Session session = newSession();
        String path = IdentityApi.USERS + "/" + session.person().id();
        // When
        ok(administrator.request().body(Map.of("active", false)).patch(path));
        // Then
        problem(session.request().get(ME), 401);
        problem(refresh(session.refreshToken()), 401);
        problem(login(session.person().username(), PASSWORD), 403);
        problem(login(session.person().username(), "not the password"), 401);
        // And an activation lets the user sign in, but no old session live
        ok(administrator.request().body(Map.of("active", true)).patch(path));
        problem(session.request().get(ME), 401);
        signIn(session.person());
    }

    @Test
    void aLostRightCountsFromTheNextRequestOn() {
        Session administrator = newAdministrator();
        Session other = newAdministrator();
        ok(other.request().get(IdentityApi.USERS));

        ok(administrator
                .request()
                .body(Map.of("administrator", false))
                .patch(IdentityApi.USERS + "/" + other.person().id()));

        problem(other.request().get(IdentityApi.USERS), 403);
        ok(other.request().get(ME));
    }

    @Test
    void aSessionThatHasRunOutIsRefused() {
        Session session = newSession();
        sql.rows(
                "update user_session set expires_at = now() where user_id = $1",
                session.person().id());

        problem(session.request().get(ME), 401);
        problem(refresh(session.refreshToken()), 401);
    }

    @Test
    void aForgedTokenIsRefused() {
        // Given
        Session session = newSession();
        String[] parts = session.accessToken().split("\\.");
        JsonObject claims =
                decoded(parts[1]).put("sub", newSession().person().id().toString());
        String forged = encoded(claims);
        String none = encoded(
                new JsonObject().put("alg", "none").put("kid", decoded(parts[0]).getString("kid")));
        String unknownKey = encoded(new JsonObject().put("alg", "ES256").put("kid", "made-up"));
        // Then
        for (String token : List.of(
                parts[0] + "." + forged + "." + parts[2],
                none + "." + parts[1] + ".",
                none + "." + parts[1] + "." + parts[2],
                unknownKey + "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + parts[2].substring(2) + "AA",
                session.refreshToken(),
                "eyJ.a.b",
                "eyJ..",
                session.accessToken() + "x")) {
            problem(bearing(token).get(ME), 401);
        }
        ok(session.request().get(ME));
    }

    private static String encoded(JsonObject json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPredecessorsHashIsTakenOnceAndRenewed() {
        // Given an account that was imported with bcrypt
        Person person = person();
        sql.rows(
                "update app_user set password_hash = $2 where id = $1",
                person.id(),
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
        // When
        problem(login(person.username(), "U*V"), 401);
        ok(login(person.username(), "U*U"));
        // Then
        assertThat(hash(person)).startsWith("$argon2id$");
        ok(login(person.username(), "U*U"));
    }

    @Test
    void aHashWithLessMemoryIsRenewed() {
        Person person = person();
        sql.rows(
                "update app_user set password_hash = $2 where id = $1",
                person.id(),
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");

        ok(login(person.username(), "password"));

        assertThat(hash(person)).startsWith("$argon2id$v=19$m=1024,t=2,p=1$");
        ok(login(person.username(), "password"));
    }

    private String hash(Person person) {
        return sql.rows("select password_hash from app_user where id = $1", person.id())
                .iterator()
                .next()
                .getString(0);
    }

    @Test
    void aHundredSignInsAtOnceAreAnsweredOrRefusedInTime() {
        // Given a hundred accounts with hashes of full strength
        Person person = person();
        String mark = "crowd-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        sql.rows(
                "insert into app_user (id, username, email, password_hash) select gen_random_uuid(), $1 || n,"
                        + " $1 || n || '@example.org', $2 from generate_series(0, 99) n",
                mark,
                hash);
        signIn(person);
        // When
        long begun = System.nanoTime();
        List<Integer> statuses =
                Concurrently.all(100, i -> login(mark + i, "password").statusCode());
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        // Then
        assertThat(statuses).allMatch(status -> status == 200 || status == 503).contains(200);
        assertThat(seconds).isLessThanOrEqualTo(25);
        // And afterwards the service is as before
        signIn(person);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/auth;a=b/logout",
                "/api/v1/auth/logout;a=b",
                "/api/v1/auth/login/../logout",
                "/api/v1/auth/login;/../logout",
                "/api/v1/auth/login/",
                "/api/v1/auth/login/x",
                "/api/v1/auth;a=b/login",
                "/api;a=b/v1/users/me/password",
                "/api/v1/auth/login/..;/..;/users",
                "/.well-known/jwks.json/../../api/v1/users"
            })
    void nothingElseIsOpen(String path) {
        Response response = anonymous()
                .urlEncodingEnabled(false)
                .body("{\"username\":\"a\",\"password\":\"b\"}")
                .post(path);

        problem(response, 401);
    }

    @Test
    void theInstallationIsNoPerson() {
        problem(installation().get(ME), 403);
        problem(installation().get(ME + "/sessions"), 403);
        problem(installation().post(AUTH + "/logout"), 403);
        problem(installation().body(Map.of("password", "x")).delete(ME), 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "{\"username\":\"a\"}", "{\"username\":1,\"password\":[]}", "{"})
    void aBadBodyIsRefused(String body) {
        problem(anonymous().body(body).post(AUTH + "/login"), 400);
        problem(anonymous().body(body).post(AUTH + "/register"), 400);
        problem(anonymous().body(body).post(AUTH + "/refresh"), 400);
        problem(anonymous().body(body).post(AUTH + "/password-reset"), 400);
        problem(anonymous().body(body).post(AUTH + "/password-reset/confirm"), 400);
    }
}
