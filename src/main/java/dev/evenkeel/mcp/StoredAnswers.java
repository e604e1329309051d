package dev.evenkeel.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.http.Idempotency;
import jakarta.inject.Singleton;

/** Answers that services keep as JSON, so that they can be repeated, as the records they were. */
@Singleton
public class StoredAnswers {
    private final ObjectMapper mapper;

    StoredAnswers(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    <T> T read(Idempotency.Answer answer, Class<T> type) {
        return mapper.convertValue(answer.body().getMap(), type);
    }
}
