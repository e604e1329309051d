package dev.evenkeel.mcp;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The API speaks snake_case; the envelope of the protocol is written as the protocol spells it. */
@Singleton
public class McpJsonNames implements ObjectMapperCustomizer {
    private static final String PROTOCOL = "io.quarkiverse.mcp.";

    @Override
    public void customize(ObjectMapper mapper) {
        AnnotationIntrospector names = new Names();
        mapper.setAnnotationIntrospectors(
                AnnotationIntrospector.pair(
                        names, mapper.getSerializationConfig().getAnnotationIntrospector()),
                AnnotationIntrospector.pair(
                        names, mapper.getDeserializationConfig().getAnnotationIntrospector()));
    }

    /** Takes the Java names of the protocol's types. */
    private static final class Names extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Object findNamingStrategy(AnnotatedClass type) {
            return type.getRawType().getName().startsWith(PROTOCOL)
                    ? PropertyNamingStrategies.LowerCamelCaseStrategy.class
                    : null;
        }
    }
}
