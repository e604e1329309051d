package dev.evenkeel.bench.api;

import com.fasterxml.jackson.databind.JsonNode;

/** An HTTP answer with its body as JSON; a body that is not JSON is a missing node. */
public record Answer(int status, JsonNode body) {

    public boolean isSuccess() {
        return status >= 200 && status <= 299;
    }

    /** The body of a success. Anything else is an error of the run. */
    public JsonNode orThrow() {
        if (!isSuccess()) {
            throw new ApiException(status, body.toString());
        }
        return body;
    }
}
