package dev.evenkeel.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.UUID;

/** Accounts and sessions as a client meets them. */
public final class IdentityApi {
    public static final String AUTH = "/api/v1/auth";
    public static final String USERS = "/api/v1/users";
    public static final String ME = USERS + "/me";
    public static final String TOKENS = "/api/v1/personal-access-tokens";
    public static final String PASSWORD = "correct horse battery";

    private IdentityApi() {}

    /** Somebody with an account. */
    public record Person(UUID id, String username, String email) {}

    /** Somebody who has signed in. */
    public record Session(Person person, String accessToken, String refreshToken) {
        /** A request of this session. */
        public RequestSpecification request() {
            return bearing(accessToken);
        }
    }

    public static String newName() {
        return "user-" + UUID.randomUUID();
    }

    public static RequestSpecification anonymous() {
        return RestAssured.given().contentType(ContentType.JSON);
    }

    public static RequestSpecification bearing(String token) {
        return anonymous().header("Authorization", "Bearer " + token);
    }

    /** A request with the token of the installation. */
    public static RequestSpecification installation() {
        return bearing(Api.TOKEN);
    }

    public static Response register(String username, String email, String password) {
        return anonymous()
                .body(Map.of("username", username, "email", email, "password", password))
                .post(AUTH + "/register");
    }

    /** A new account that is no administrator's. */
    public static Person person() {
        return create(false);
    }

    private static Person create(boolean administrator) {
        String name = newName();
        String email = name + "@example.org";
        Response created = installation()
                .body(Map.of("username", name, "email", email, "password", PASSWORD, "administrator", administrator))
                .post(USERS);
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        return new Person(UUID.fromString(Json.of(created).getString("id")), name, email);
    }

    public static Response login(String username, String password) {
        return anonymous()
                .body(Map.of("username", username, "password", password))
                .post(AUTH + "/login");
    }

    /** A session of an account whose password is the usual one. */
    public static Session signIn(Person person) {
        return session(person, ok(login(person.username(), PASSWORD)));
    }

    public static Session session(Person person, JsonPath tokens) {
        return new Session(person, tokens.getString("access_token"), tokens.getString("refresh_token"));
    }

    /** A session of a new account. */
    public static Session newSession() {
        return signIn(person());
    }

    /** A session of a new administrator. */
    public static Session newAdministrator() {
        return signIn(create(true));
    }

    public static Response refresh(String refreshToken) {
        return anonymous().body(Map.of("refresh_token", refreshToken)).post(AUTH + "/refresh");
    }

    public static JsonPath ok(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isIn(200, 201);
        return Json.of(response);
    }

    /** The answer is a problem document of that status. */
    public static JsonPath problem(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        return Json.of(response);
    }

    public static void noContent(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(204);
    }

    /** A new personal token of the session: its id and its secret. */
    public static JsonPath newToken(Session session, Object... scopes) {
        return ok(session.request()
                .body(Map.of("label", "a program", "scopes", scopes))
                .post(TOKENS));
    }
}
