package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import dev.evenkeel.platform.http.JsonProblems;
import io.quarkiverse.mcp.server.runtime.SchemaGeneratorConfigCustomizer;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes published schemas say what is really sent: records in snake_case, their components required unless they are
 * {@code @Nullable}, raw JSON as objects, ids and times as strings of a format.
 */
@Singleton
public class RecordSchemas implements SchemaGeneratorConfigCustomizer {
    @Override
    public void customize(SchemaGeneratorConfigBuilder builder) {
        builder.forFields()
                .withPropertyNameOverrideResolver(RecordSchemas::name)
                .withRequiredCheck(field -> isComponent(field) && !isNullable(field))
                .withNullableCheck(field -> isComponent(field) && isNullable(field))
                .withCustomDefinitionProvider((field, context) -> field.getAnnotation(JsonRawValue.class) == null
                        ? null
                        : new CustomPropertyDefinition(ofType(context, "object")));
        builder.forTypesInGeneral().withCustomDefinitionProvider((type, context) -> {
            if (type.isInstanceOf(UUID.class)) {
                return string(context, "uuid");
            }
            return type.isInstanceOf(Instant.class) ? string(context, "date-time") : null;
        });
    }

    /** Arguments of tools are fields of generated classes, with the names of their Java parameters. */
    private static String name(FieldScope field) {
        return JsonProblems.snakeCase(field.getDeclaredName());
    }

    private static boolean isComponent(FieldScope field) {
        return field.getDeclaringType().getErasedType().isRecord();
    }

    private static boolean isNullable(FieldScope field) {
        return !field.isFakeContainerItemScope()
                && field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static CustomDefinition string(SchemaGenerationContext context, String format) {
        return new CustomDefinition(
                ofType(context, "string").put("format", format),
                CustomDefinition.DefinitionType.INLINE,
                CustomDefinition.AttributeInclusion.YES);
    }

    private static ObjectNode ofType(SchemaGenerationContext context, String type) {
        return context.getGeneratorConfig().createObjectNode().put("type", type);
    }
}
