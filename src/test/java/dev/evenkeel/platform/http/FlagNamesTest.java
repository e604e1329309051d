package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.QueryParam;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FlagNamesTest {
    @Test
    void everyFlagOfAResourceIsLookedAtAndNothingElseHasItsName() {
        Set<String> flags = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        new ClassFileImporter()
                .importPath(Path.of("target/classes/dev"))
                .forEach(type -> type.getMethods().stream()
                        .map(JavaMethod::getParameters)
                        .flatMap(java.util.List::stream)
                        .filter(parameter -> parameter.isAnnotatedWith(QueryParam.class))
                        .forEach(parameter -> (isFlag(parameter) ? flags : others)
                                .add(parameter
                                        .getAnnotationOfType(QueryParam.class)
                                        .value())));
        assertThat(flags).isEqualTo(FlagParameters.NAMES);
        assertThat(others).isNotEmpty().doesNotContainAnyElementsOf(flags);
    }

    private static boolean isFlag(JavaParameter parameter) {
        String type = parameter.getRawType().getName();
        return type.equals("boolean") || type.equals("java.lang.Boolean");
    }
}
