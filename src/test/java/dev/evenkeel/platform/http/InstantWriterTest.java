package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantWriterTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "2026-11-21T20:53:00Z",
                "2026-11-21T20:53:00.5Z",
                "2026-11-21T20:53:21.100Z",
                "2026-11-21T20:53:21.000001Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00.001Z",
                "0000-01-01T00:00:01Z",
                "-0001-01-01T00:00:01Z"
            })
    void writesWhatAnInstantCallsItself(String text) {
        Instant instant = Instant.parse(text);

        assertThat(InstantWriter.text(instant)).isEqualTo(instant.toString());
    }

    @Test
    void writesAnyInstantAsItCallsItself() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long digits = (long) Math.pow(10, random.nextInt(10));
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-100_000_000_000L, 300_000_000_000L),
                    random.nextLong(digits) * (1_000_000_000L / digits));

            assertThat(InstantWriter.text(instant)).isEqualTo(instant.toString());
        }
    }

    @Test
    void isTheOneThatJacksonAsks() throws JsonProcessingException {
        // Given a mapper with Jackson's own module of times, as the service has it
        ObjectMapper mapper = new ObjectMapper().registerModule(new JavaTimeModule());

        // When the service has set it up
        new JsonTimes().customize(mapper);

        // Then an instant is text, and written by ours
        assertThat(mapper.writeValueAsString(Instant.ofEpochSecond(1))).isEqualTo("\"1970-01-01T00:00:01Z\"");
        assertThat(mapper.getSerializerProviderInstance().findValueSerializer(Instant.class))
                .isInstanceOf(InstantWriter.class);
    }
}
