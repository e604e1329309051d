package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.register;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making an account. */
@QuarkusTest
class RegistrationTest {
    @Inject
    Sql sql;

    @Test
    void anAccountCanBeUsedAtOnce() {
        // Given
        IdentityApi.person();
        String name = newName();
        // When
        Response response = register(name, name + "@Example.org", PASSWORD);
        // Then
        JsonPath user = ok(response);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.header("Location")).isEqualTo(ME);
        assertThat(user.getString("username")).isEqualTo(name);
        assertThat(user.getString("email")).isEqualTo(name + "@Example.org");
        assertThat(user.getBoolean("administrator")).isFalse();
        assertThat(user.getBoolean("active")).isTrue();
        assertThat(user.getMap("$")).doesNotContainKeys("password", "password_hash");
        // And the name and the address sign in, whatever their case
        ok(login(name.toUpperCase(Locale.ROOT), PASSWORD));
        ok(login(name + "@example.org", PASSWORD));
    }

    @Test
    void namesAndAddressesAreUniqueWhateverTheirCase() {
        // Given
        String name = newName();
        ok(register(name, name + "@example.org", PASSWORD));
        // Then
        problem(register(name.toUpperCase(Locale.ROOT), newName() + "@example.org", PASSWORD), 409);
        problem(register(newName(), name.toUpperCase(Locale.ROOT) + "@EXAMPLE.org", PASSWORD), 409);
    }

    @Test
    void ofManyWithOneNameOneIsMade() {
        String name = newName();
        List<Integer> statuses = Concurrently.all(
                6,
                i -> patiently(() -> register(name, name + i + "@example.org", PASSWORD))
                        .statusCode());
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).allMatch(status -> status == 201 || status == 409);
    }

    @Test
    void ofTwoFirstOnesOneIsTheAdministrator() {
        for (int round = 0; round < 3; round++) {
            // Given nobody
            sql.rows("delete from app_user");
            // When
            List<Boolean> administrators = Concurrently.all(4, i -> {
                String name = newName();
                return ok(patiently(() -> register(name, name + "@example.org", PASSWORD)))
                        .getBoolean("administrator");
            });
            // Then
            assertThat(administrators).containsOnlyOnce(true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short77",
                "password",
                "PassWord",
                "password1",
                "qwertyuiop",
                "iloveyou",
                "\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800"
            })
    void aBadPasswordIsRefused(String password) {
        JsonPath refusal = problem(register(newName(), newName() + "@example.org", password), 400);
        assertThat(refusal.getString("errors[0].field")).isEqualTo("password");
    }

    @Test
    void aPasswordIsNotTheNameNorTheAddressNorTooLong() {
        String name = newName();
        problem(register(name, name + "@example.org", name.toUpperCase(Locale.ROOT)), 400);
        problem(register(name, name + "@example.org", name + "@example.org"), 400);
        problem(register(name, name + "@example.org", "x".repeat(129)), 400);
        ok(register(name, name + "@example.org", "🦊".repeat(128)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "a b", "a@b.example", "ä-name", "name/..", "a\u0000b", "", "<script>"})
    void aBadNameIsRefused(String name) {
        JsonPath refusal = problem(register(name, newName() + "@example.org", PASSWORD), 400);
        assertThat(refusal.getString("errors[0].field")).isEqualTo("username");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "@example.org", "a b@example.org", "a@b@c", "a@example.org\r\nBcc: b@c.org"})
    void aBadAddressIsRefused(String email) {
        JsonPath refusal = problem(register(newName(), email, PASSWORD), 400);
        assertThat(refusal.getString("errors[0].field")).isEqualTo("email");
    }

    @Test
    void nobodyNamesHimselfAdministrator() {
        String name = newName();
        problem(
                IdentityApi.anonymous()
                        .body(Map.of(
                                "username",
                                name,
                                "email",
                                name + "@example.org",
                                "password",
                                PASSWORD,
                                "administrator",
                                true))
                        .post(IdentityApi.AUTH + "/register"),
                400);
    }
}
