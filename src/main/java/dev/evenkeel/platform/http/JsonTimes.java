package dev.evenkeel.platform.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.time.Instant;

/** Times in JSON are written by {@link InstantWriter}. */
@Singleton
public class JsonTimes implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("times").addSerializer(Instant.class, new InstantWriter()));
    }

    /** After the modules that Jackson finds by itself: the last one registered is asked first. */
    @Override
    public int priority() {
        return MINIMUM_PRIORITY;
    }
}
