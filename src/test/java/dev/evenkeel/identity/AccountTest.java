package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.bearing;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.newToken;
import static dev.evenkeel.identity.IdentityApi.noContent;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.person;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.refresh;
import static dev.evenkeel.identity.IdentityApi.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Person;
import dev.evenkeel.identity.IdentityApi.Session;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One's own account. */
@QuarkusTest
class AccountTest {
    @Inject
    Sql sql;

    @Test
    void aNameAndAnAddressCanBeChanged() {
        // Given
        Session session = newSession();
        Response before = session.request().get(ME);
        String name = newName();
        // When
        Response changed = session.request()
                .header("If-Match", before.header("ETag"))
                .body(Map.of("username", name, "email", name + "@example.com"))
                .patch(ME);
        // Then
        assertThat(ok(changed).getString("username")).isEqualTo(name);
        assertThat(Json.of(changed).getString("email")).isEqualTo(name + "@example.com");
        assertThat(changed.header("ETag")).isNotEqualTo(before.header("ETag"));
        ok(login(name, PASSWORD));
        problem(login(session.person().username(), PASSWORD), 401);
        // And the version that was seen before is not taken again
        problem(
                session.request()
                        .header("If-Match", before.header("ETag"))
                        .body(Map.of("username", newName()))
                        .patch(ME),
                412);
    }

    @Test
    void aChangeTakesNoOthersNameAndGivesNoRights() {
        Session session = newSession();
        Person other = person();

        problem(session.request().body(Map.of("username", other.username())).patch(ME), 409);
        problem(session.request().body(Map.of("email", other.email())).patch(ME), 409);
        problem(session.request().body(Map.of("username", "a@b.example")).patch(ME), 400);
        problem(session.request().body(Map.of("administrator", true)).patch(ME), 400);
        assertThat(ok(session.request().get(ME)).getBoolean("administrator")).isFalse();
    }

    @Test
    void anAccountIsDeletedWithItsPasswordOnly() {
        // Given
        Session session = newSession();
        String token = newToken(session, "read").getString("token");
        problem(session.request().body(Map.of("password", "wrong")).delete(ME), 400);
        problem(session.request().body(Map.of()).delete(ME), 400);
        problem(bearing(token).body(Map.of("password", PASSWORD)).delete(ME), 403);
        // When
        noContent(session.request().body(Map.of("password", PASSWORD)).delete(ME));
        // Then
        problem(session.request().get(ME), 401);
        problem(bearing(token).get(ME), 401);
        problem(refresh(session.refreshToken()), 401);
        problem(login(session.person().username(), PASSWORD), 401);
        UUID id = session.person().id();
        for (String table : List.of("user_session", "access_token", "password_reset", "usage_count")) {
            assertThat(sql.number("select count(*) from " + table + " where user_id = $1", id))
                    .as(table)
                    .isZero();
        }
        // And the trail outlives it
        assertThat(sql.number("select count(*) from audit_event where action = 'user.deleted' and subject_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void anExportHoldsWhatIsKeptAndNoSecret() {
        // Given
        Session session = newSession();
        String token = newToken(session, "read").getString("token");
        signIn(session.person());
        newSession();
        // When
        Response response = session.request().get(ME + "/export");
        // Then
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/x-ndjson");
        List<JsonObject> lines =
                response.asString().lines().map(JsonObject::new).toList();
        List<String> types = lines.stream().map(line -> line.getString("type")).toList();
        assertThat(types).contains("user", "session", "personal_access_token", "audit_event");
        assertThat(types.stream().filter("session"::equals)).hasSize(2);
        assertThat(lines.get(0).getJsonObject("data").getString("email"))
                .isEqualTo(session.person().email());
        assertThat(response.asString())
                .doesNotContain(token)
                .doesNotContain(session.refreshToken())
                .doesNotContain("password_hash")
                .doesNotContain("$argon2id$");
        problem(bearing(token).get(ME + "/export"), 403);
    }

    @Test
    void anExportOfManyEventsIsComplete() {
        Session session = newSession();
        sql.rows(
                "insert into audit_event (id, action, actor_id, actor) select gen_random_uuid(), 'x', $1, 'y'"
                        + " from generate_series(1, 450)",
                session.person().id());

        String export = session.request().get(ME + "/export").asString();

        assertThat(export.lines().filter(line -> line.contains("\"action\":\"x\"")))
                .hasSize(450);
        assertThat(export.lines().distinct().count()).isEqualTo(export.lines().count());
    }
}
