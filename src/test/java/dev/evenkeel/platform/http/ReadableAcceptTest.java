package dev.evenkeel.platform.http;

import static dev.evenkeel.testing.Api.given;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ReadableAcceptTest {
    @ParameterizedTest
    @ValueSource(strings = {"x", "text/", ";", "'; drop table document; --", "application/json"})
    void anAcceptHeaderThatCannotBeReadKeepsNobodyFromTheAnswer(String accept) {
        given().header("Accept", accept)
                .contentType(ContentType.JSON)
                .body("{\"text\":\"okapi\"}")
                .put("/api/v1/memory/accepted/entries/okapi")
                .then()
                .statusCode(oneOf(200, 201))
                .contentType(ContentType.JSON);
    }
}
