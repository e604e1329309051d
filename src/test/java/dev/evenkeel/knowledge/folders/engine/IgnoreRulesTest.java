package dev.evenkeel.knowledge.folders.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules as in {@code .gitignore}: the statements of its manual page, rulings of git, and git itself where it is installed. */
class IgnoreRulesTest {
    /** The files that the rulings are about. */
    private static final List<String> FILES = List.of(
            "a.md",
            "a/a.md",
            "a/b/a.md",
            "a/b/c",
            "a/c",
            "ab",
            "ab/c",
            "b",
            "b/a",
            "b/a.md",
            "bc",
            "c",
            "c/a/b",
            "c/ab");

    /** Patterns of one list, and those of the files that git leaves out by them. */
    private static final String RULINGS = """
            *.md                 | a.md a/a.md a/b/a.md b/a.md
            /*.md                | a.md
            *.md !a.md           | ''
            *.md !/a.md          | a/a.md a/b/a.md b/a.md
            a/                   | a/a.md a/b/a.md a/b/c a/c c/a/b
            a/ !a/a.md           | a/a.md a/b/a.md a/b/c a/c c/a/b
            a/* !a/b             | a/a.md a/c
            a/** !a/b/ !a/b/c    | a/a.md a/b/a.md a/c
            /b                   | b b/a b/a.md
            b                    | a/b/a.md a/b/c b b/a b/a.md c/a/b
            b/ !b/a              | a/b/a.md a/b/c b/a b/a.md
            **/b                 | a/b/a.md a/b/c b b/a b/a.md c/a/b
            a/**/c               | a/b/c a/c
            a/*/c                | a/b/c
            ?b                   | ab ab/c c/ab
            [!a]c                | bc
            /*/a                 | b/a c/a/b
            /* !/a !/c           | a.md ab ab/c b b/a b/a.md bc
            * !*/ !*.md          | a/b/c a/c ab ab/c b b/a bc c c/a/b c/ab
            **/a/ !c/a           | a/a.md a/b/a.md a/b/c a/c
            a* !ab               | a.md a/a.md a/b/a.md a/b/c a/c b/a b/a.md c/a/b
            a/b c                | a/b/a.md a/b/c a/c ab/c c c/a/b c/ab
            !a a                 | a/a.md a/b/a.md a/b/c a/c b/a c/a/b
            c/** !c/ab           | c/a/b
            """;

    private static boolean ignores(List<String> lines, String path) {
        return ignores(IgnoreRules.NONE.with(0, lines), path);
    }

    /** As a walk does: what is inside a folder that is left out is left out. A folder ends with a slash. */
    private static boolean ignores(IgnoreRules rules, String path) {
        boolean folder = path.endsWith("/");
        List<String> segments = Arrays.asList(path.split("/"));
        for (int depth = 1; depth <= segments.size(); depth++) {
            boolean isFolder = depth < segments.size() || folder;
            if (rules.ignores(segments.subList(0, depth), isFolder)) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # A separator at the beginning or in the middle ties the pattern to its folder.
            doc/frotz     | doc/frotz        | true
            doc/frotz     | a/doc/frotz      | false
            /doc/frotz    | doc/frotz        | true
            doc/frotz/    | doc/frotz/       | true
            doc/frotz/    | a/doc/frotz/     | false
            # Without one it may be anywhere.
            frotz/        | frotz/           | true
            frotz/        | a/frotz/         | true
            frotz/        | frotz            | false
            frotz         | a/b/frotz        | true
            frotz         | frotz/inside     | true
            /frotz        | a/frotz          | false
            # An asterisk matches anything except a slash, a question mark any one character except a slash.
            foo/*         | foo/test.json    | true
            foo/*         | foo/bar/         | true
            foo/*         | x/foo/bar        | false
            *.html        | a/b/index.html   | true
            Documentation/*.html | Documentation/git.html     | true
            Documentation/*.html | Documentation/ppc/ppc.html | false
            Documentation/*.html | tools/Documentation/x.html | false
            /*.c          | cat-file.c       | true
            /*.c          | mozilla/sha1.c   | false
            hello.*       | hello.c          | true
            hello.*       | a/hello.java     | true
            a?c           | abc              | true
            a?c           | ac               | false
            a?c           | a/c              | false
            # Ranges.
            [a-c]x        | bx               | true
            [a-c]x        | dx               | false
            [!a-c]x       | dx               | true
            [^a-c]x       | ax               | false
            []]x          | ]x               | true
            [a-]x         | -x               | true
            [[:digit:]]x  | 7x               | true
            [[:digit:]]x  | ax               | false
            [\\]]x        | ]x               | true
            [abc          | a                | false
            # Two asterisks.
            **/foo        | foo              | true
            **/foo        | a/b/foo          | true
            **/foo/bar    | a/foo/bar        | true
            **/foo/bar    | a/foo/x/bar      | false
            abc/**        | abc/x            | true
            abc/**        | abc/x/y/z        | true
            abc/**        | abc/             | false
            a/**/b        | a/b              | true
            a/**/b        | a/x/b            | true
            a/**/b        | a/x/y/b          | true
            a/**/b        | x/a/b            | false
            foo**bar      | fooxbar          | true
            foo**bar      | foo/bar          | false
            # Letter case counts.
            Readme        | README           | false
            """)
    void patternsMeanWhatTheManualPageSays(String pattern, String path, boolean ignored) {
        assertThat(ignores(List.of(pattern), path)).as(pattern + " on " + path).isEqualTo(ignored);
    }

    @Test
    void blankLinesAndCommentsMeanNothingAndBackslashesQuote() {
        List<String> lines = List.of("", "   ", "# comment", "\\#note", "\\!bang", "trailing   ", "kept\\ ", "win\r");

        assertThat(ignores(lines, "# comment")).isFalse();
        assertThat(ignores(lines, "#note")).isTrue();
        assertThat(ignores(lines, "!bang")).isTrue();
        assertThat(ignores(lines, "trailing")).isTrue();
        assertThat(ignores(lines, "kept ")).isTrue();
        assertThat(ignores(lines, "kept")).isFalse();
        assertThat(ignores(lines, "win")).isTrue();
        assertThat(ignores(lines, "other")).isFalse();
    }

    @Test
    void aLaterPatternDecidesButNothingInsideALeftOutFolderComesBack() {
        assertThat(ignores(List.of("*.md", "!keep.md"), "a/keep.md")).isFalse();
        assertThat(ignores(List.of("!keep.md", "*.md"), "keep.md")).isTrue();
        assertThat(ignores(List.of("logs/", "!logs/keep.md"), "logs/keep.md")).isTrue();
        // Everything but the folder foo/bar, as in the manual page.
        List<String> onlyFooBar = List.of("/*", "!/foo", "/foo/*", "!/foo/bar");
        assertThat(ignores(onlyFooBar, "foo/bar/x.md")).isFalse();
        assertThat(ignores(onlyFooBar, "foo/other.md")).isTrue();
        assertThat(ignores(onlyFooBar, "top.md")).isTrue();
    }

    @Test
    void theFileOfADeeperFolderDecidesBeforeThatOfItsParentAndTheLastWordBeforeAll() {
        // Given
        IgnoreRules rules =
                IgnoreRules.NONE.with(0, List.of("*.log", "!/top.log")).with(1, List.of("!important.log", "/local.md"));

        // Then: the deeper list is tied to its own folder
        assertThat(rules.ignores(List.of("a", "important.log"), false)).isFalse();
        assertThat(rules.ignores(List.of("a", "other.log"), false)).isTrue();
        assertThat(rules.ignores(List.of("a", "local.md"), false)).isTrue();
        assertThat(rules.ignores(List.of("a", "b", "local.md"), false)).isFalse();
        // And the last word wins over what is added later
        IgnoreRules decided = IgnoreRules.NONE
                .withLastWord(List.of("!secret.log", "important.log"))
                .with(0, List.of("*.log"))
                .with(1, List.of("!important.log"));
        assertThat(decided.ignores(List.of("a", "important.log"), false)).isTrue();
        assertThat(decided.ignores(List.of("a", "secret.log"), false)).isFalse();
        assertThat(decided.ignores(List.of("a", "x.log"), false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        ".git/config,true",
        "a/.obsidian/workspace.md,true",
        "app/node_modules/x/readme.md,true",
        "__pycache__/m.py,true",
        "target/classes/a.md,true",
        "problematic/broken.pdf,true",
        "original/book.epub,true",
        "scan.tmp.pdf,true",
        "x.gs_tmp.pdf,true",
        "my-secrets.md,true",
        "aws_credentials.txt,true",
        "prod.env,true",
        "server.pem,true",
        "id.key,true",
        "lib.so,true",
        "app.min.js,true",
        "package-lock.json,true",
        "go.sum,true",
        "go.mod,true",
        "pkg/__init__.py,true",
        "documents/report.pdf,false",
        "Button.tsx,false",
        "main.go,false",
        "environment.md,false",
        "notes/keys.md,false",
        "targets/plan.md,false",
    })
    void theDefaultsLeaveOutWhatIsSeldomWorthReading(String path, boolean ignored) {
        assertThat(ignores(IgnoreRules.NONE.with(0, DefaultRules.LINES), path)).isEqualTo(ignored);
    }

    @Test
    void noPatternTakesLong() {
        String hostile = "*a".repeat(500) + "b";
        String deep = "**/a/".repeat(200) + "b";
        String name = "a".repeat(250);
        String path = "a/".repeat(200) + name;

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 1_000; i++) {
                assertThat(ignores(List.of(hostile), name)).isFalse();
            }
            assertThat(IgnoreRules.NONE.with(0, List.of(deep)).ignores(Arrays.asList(path.split("/")), false))
                    .isFalse();
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = RULINGS)
    void severalPatternsDecideAsGitDoes(String patterns, String leftOut) {
        assertThat(leftOutByUs(words(patterns), FILES)).isEqualTo(new TreeSet<>(words(leftOut)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = RULINGS)
    @EnabledIf(value = "gitIsInstalled", disabledReason = "git is not installed")
    void theRulingsAreThoseOfGit(String patterns, String leftOut, @TempDir Path repository) throws Exception {
        run(repository, "", "git", "init", "-q");
        assertThat(leftOutByGit(repository, words(patterns), FILES)).isEqualTo(new TreeSet<>(words(leftOut)));
    }

    /** Random patterns on random paths: whatever git leaves out is left out, and nothing else. */
    @Test
    @EnabledIf(value = "gitIsInstalled", disabledReason = "git is not installed")
    void gitAgrees(@TempDir Path repository) throws Exception {
        Random random = new Random(20261121);
        run(repository, "", "git", "init", "-q");
        for (int round = 0; round < 12; round++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                lines.add(pattern(random));
            }
            Set<String> paths = new TreeSet<>();
            for (int i = 0; i < 150; i++) {
                paths.add(path(random));
            }
            assertThat(leftOutByUs(lines, paths))
                    .as(String.join(" ; ", lines))
                    .isEqualTo(leftOutByGit(repository, lines, paths));
        }
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }

    private static Set<String> leftOutByUs(List<String> lines, Collection<String> paths) {
        return paths.stream().filter(path -> ignores(lines, path)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> leftOutByGit(Path repository, List<String> lines, Collection<String> paths)
            throws Exception {
        Files.write(repository.resolve(".gitignore"), lines);
        String output = run(
                repository,
                String.join("\n", paths) + "\n",
                "git",
                "-c",
                "core.excludesFile=",
                "check-ignore",
                "--no-index",
                "--stdin");
        return new TreeSet<>(output.lines().toList());
    }

    private static String pattern(Random random) {
        String[] parts = {"a", "b", "*", "**", "a*", "?b", "[ab]", "[!a]c", "ab", "*.md", "c"};
        StringBuilder pattern = new StringBuilder(random.nextInt(4) == 0 ? "!" : "");
        if (random.nextInt(3) == 0) {
            pattern.append('/');
        }
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
            pattern.append(i == 0 ? "" : "/").append(parts[random.nextInt(parts.length)]);
        }
        return pattern.append(random.nextInt(4) == 0 ? "/" : "").toString();
    }

    private static String path(Random random) {
        String[] parts = {"a", "b", "ab", "c", "ac", "bc", "a.md"};
        StringBuilder path = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            path.append(i == 0 ? "" : "/").append(parts[random.nextInt(parts.length)]);
        }
        return path.toString();
    }

    static boolean gitIsInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("git", "--version").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static String run(Path directory, String input, String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).directory(directory.toFile()).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
