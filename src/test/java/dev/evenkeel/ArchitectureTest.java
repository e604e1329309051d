package dev.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house hold, and each of them is able to fail. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final JavaClasses SERVICE = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final Pattern TYPE_NAME = Pattern.compile("(?:class|interface|record|enum) (\\w+)");
    private static final Pattern PACKAGE_NAME = Pattern.compile("package ([\\w.]+);");
    private static final Pattern SQL =
            Pattern.compile("\"\\s*(select|insert\\s+into|update|delete\\s+from|with)\\s", Pattern.CASE_INSENSITIVE);

    static Stream<HouseRule> rules() {
        return HouseRules.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theServiceKeepsTheRule(HouseRule rule) {
        rule.rule().check(SERVICE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theRuleCanFail(HouseRule rule, @TempDir Path directory) {
        // Given code that does what the rule forbids
        compile(rule.brokenBy(), directory);
        JavaClasses broken = new ClassFileImporter().importPath(directory);
        // When it is checked, then the rule notices
        assertThat(rule.rule().evaluate(broken).hasViolation()).isTrue();
    }

    @Test
    void resourcesHoldNoSql() throws IOException {
        assertThat(sources().filter(path -> path.toString().endsWith("Resource.java")))
                .allSatisfy(path -> assertThat(Files.readString(path)).doesNotContainPattern(SQL));
    }

    @Test
    void theSqlPatternCanFail() {
        assertThat("String all = \"select * from entry\";").containsPattern(SQL);
        assertThat("String one = \"\"\"\n    delete from entry\"\"\";").containsPattern(SQL);
    }

    @Test
    void everyClassOfTheServiceWasLookedAt() throws IOException {
        long sourceFiles = sources().count();
        assertThat(SERVICE.stream().filter(type -> type.isTopLevelClass()).count())
                .isGreaterThanOrEqualTo(sourceFiles);
    }

    private static Stream<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(path -> path.toString().endsWith(".java")).toList().stream();
        }
    }

    private static void compile(List<String> sources, Path target) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", target.toString(), "-classpath", System.getProperty("java.class.path"));
        List<Source> units = sources.stream().map(Source::new).toList();
        boolean compiled =
                compiler.getTask(messages, null, null, options, null, units).call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static String find(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(
                    URI.create("string:///" + find(PACKAGE_NAME, text).replace('.', '/') + "/" + find(TYPE_NAME, text)
                            + ".java"),
                    JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
