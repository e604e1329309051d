package dev.evenkeel.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Images run as an ordinary user, from a pinned base, without a shell between the container and the process. */
class DockerfilesTest {
    private static final Path DIRECTORY = Path.of("src/main/docker");

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void theImageIsSafe(Path file) throws IOException {
        assertThat(violations(Files.readString(file))).isEmpty();
    }

    @Test
    void everyKindOfImageIsThere() throws IOException {
        assertThat(dockerfiles())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("Dockerfile.jvm", "Dockerfile.native", "Dockerfile.native-micro");
    }

    @ParameterizedTest
    @CsvSource({"Dockerfile.native", "Dockerfile.native-micro"})
    void theHeapOfANativeImageIsBoundedByADefault(String name) throws IOException {
        assertThat(instructions(Files.readString(DIRECTORY.resolve(name))))
                .anySatisfy(line -> assertThat(line).matches("CMD \\[\"-Xmx\\d+m\"]"));
    }

    @Test
    void everythingThatIsCopiedReachesTheBuildContext() throws IOException {
        // Given
        List<String> allowed = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();

        for (Path file : dockerfiles()) {
            for (String line : instructions(Files.readString(file))) {
                if (line.startsWith("COPY ")) {
                    String source = line.split(" ")[line.split(" ").length - 2];
                    assertThat(allowed).as(line).anyMatch(source::startsWith);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            USER 1001 | USER root | runs as root
            USER 1001 | USER 0 | runs as root
            USER 1001 | WORKDIR / | runs as root
            EXPOSE 8080 9000 | EXPOSE 8080 | does not expose
            :2.0 | :latest | base image is not pinned
            :2.0 | '' | base image is not pinned
            ENTRYPOINT ["./application", | ENTRYPOINT sh -c ./application | not in exec form
            ENTRYPOINT ["./application", | ENTRYPOINT ["sh", "-c", "./application", | through a shell
            """)
    void breakingARuleIsNoticed(String good, String bad, String expected) throws IOException {
        // Given
        String dockerfile = Files.readString(DIRECTORY.resolve("Dockerfile.native-micro"));
        assertThat(dockerfile).contains(good);

        // When
        List<String> violations = violations(dockerfile.replace(good, bad));

        // Then
        assertThat(violations).anySatisfy(violation -> assertThat(violation).contains(expected));
    }

    static List<Path> dockerfiles() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().toList();
        }
    }

    private static List<String> violations(String dockerfile) {
        Violations violations = new Violations();
        List<String> lines = instructions(dockerfile);
        for (String line : lines) {
            if (line.startsWith("FROM ")) {
                String image = line.substring(line.lastIndexOf('/') + 1);
                boolean pinned = image.contains("@sha256:") || (image.contains(":") && !image.endsWith(":latest"));
                violations.require(pinned, line, "base image is not pinned");
            }
            violations.require(!line.startsWith("ADD "), line, "ADD fetches and unpacks; use COPY");
        }
        String user = last(lines, "USER ");
        violations.require(user.matches("USER [1-9]\\d*"), user, "runs as root");
        violations.require(last(lines, "EXPOSE ").equals("EXPOSE 8080 9000"), "EXPOSE", "does not expose both ports");
        requireExecForm(last(lines, "ENTRYPOINT "), violations);
        return violations.messages();
    }

    private static void requireExecForm(String entrypoint, Violations violations) {
        String[] command = {};
        try {
            command = new ObjectMapper().readValue(entrypoint.substring("ENTRYPOINT ".length()), String[].class);
        } catch (JsonProcessingException | StringIndexOutOfBoundsException e) {
            violations.require(false, entrypoint, "is not in exec form");
        }
        boolean shell = command.length > 0 && command[0].matches("(/.*/)?(ba|da)?sh");
        violations.require(!shell, entrypoint, "starts through a shell, which swallows SIGTERM");
    }

    private static String last(List<String> lines, String instruction) {
        return lines.stream()
                .filter(line -> line.startsWith(instruction))
                .reduce((first, second) -> second)
                .orElse("");
    }

    /** Instructions without comments, continuation lines joined. */
    private static List<String> instructions(String dockerfile) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String line : dockerfile.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            boolean continued = line.endsWith("\\");
            current.append(continued ? line.substring(0, line.length() - 1) : line);
            if (!continued) {
                lines.add(current.toString().strip());
                current.setLength(0);
            }
        }
        return lines;
    }
}
