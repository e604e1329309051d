package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class FlagParametersTest {
    private static final String ENTRIES = "/api/v1/memory/flags-test/entries";

    @ParameterizedTest
    @ValueSource(strings = {"?values=", "?values", "?values=1", "?values=yes", "?v%61lues=x", "?values=true&values=on"})
    void whatIsNeitherTrueNorFalseIsRefused(String query) {
        Response refused = Api.given().urlEncodingEnabled(false).get(ENTRIES + query);
        assertThat(refused.statusCode()).as(refused.asString()).isEqualTo(400);
        assertThat(refused.jsonPath().getString("errors[0].field")).isEqualTo("values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?values=true", "?values=False", "?prefix=%61&values=TRUE", "?prefix=values"})
    void whatIsReadableIsTaken(String query) {
        Response taken = Api.given().urlEncodingEnabled(false).get(ENTRIES + query);
        assertThat(taken.statusCode()).as(taken.asString()).isIn(200, 404);
    }
}
