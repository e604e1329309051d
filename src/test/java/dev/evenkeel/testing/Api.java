package dev.evenkeel.testing;

import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;

/** The API as the first administrator sees it. */
public final class Api {
    /** The bootstrap token that the test profile configures. */
    public static final String TOKEN = "only-for-tests-0123456789-abcdefgh";

    private Api() {}

    /** A request that carries the token. */
    public static RequestSpecification given() {
        return RestAssured.given().header("Authorization", "Bearer " + TOKEN);
    }
}
