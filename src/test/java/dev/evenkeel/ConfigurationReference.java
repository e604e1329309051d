package dev.evenkeel;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Every setting of the service, read from the sources of the {@code @ConfigMapping} interfaces and their Javadoc. */
final class ConfigurationReference {
    private static final String HEAD = """
            # Configuration

            Every setting has a default that suits one machine; a fresh start needs none of them. A setting is given as a
            system property (`-Dkey=value`), as an environment variable, or in `config/application.properties` beside the
            service, the first of these winning. A key below `evenkeel` that is not listed here is refused at start-up.
            Durations are written `500ms`, `5s`, `2m`, `1h`, `7d`; sizes `64K`, `16M`, `1G`; lists with commas.

            The settings of Quarkus apply as well, above all `QUARKUS_HTTP_PORT` (8080), `QUARKUS_HTTP_HOST`,
            `QUARKUS_MANAGEMENT_PORT` (9000: probes and metrics) and, for a PostgreSQL server of your own,
            `QUARKUS_DATASOURCE_JDBC_URL`, `QUARKUS_DATASOURCE_REACTIVE_URL`, `QUARKUS_DATASOURCE_USERNAME` and
            `QUARKUS_DATASOURCE_PASSWORD`.

            This page is generated from the sources: `./mvnw test -Dtest=ConfigurationReferenceTest
            -Devenkeel.docs.update=true` writes it.
            """;

    /** One setting. */
    record Setting(String key, String type, String standard, String meaning) {
        String variable() {
            return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        }
    }

    /** The settings of one interface. */
    record Section(String prefix, String meaning, List<Setting> settings) {}

    private ConfigurationReference() {}

    /** The page in Markdown. */
    static String markdown(Path sources) throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (Section section : sections(sources)) {
            page.append("\n## ").append(section.prefix).append("\n\n");
            page.append(section.meaning).append("\n\n");
            page.append("| Key | Environment variable | Type | Default | Meaning |\n|---|---|---|---|---|\n");
            for (Setting setting : section.settings) {
                page.append("| `%s` | `%s` | %s | %s | %s |%n"
                        .formatted(setting.key, setting.variable(), setting.type, setting.standard, setting.meaning));
            }
        }
        return page.toString();
    }

    static List<Section> sections(Path sources) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(path -> path.toString().endsWith("Config.java")).toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            List<Section> sections = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new UnitReader(DocTrees.instance(task), unit).section().ifPresent(sections::add);
            }
            sections.sort(Comparator.comparing(Section::prefix));
            return sections;
        }
    }

    /** Reads one source file. */
    private static final class UnitReader {
        private final DocTrees docs;
        private final TreePath unit;

        UnitReader(DocTrees docs, CompilationUnitTree unit) {
            this.docs = docs;
            this.unit = new TreePath(unit);
        }

        Optional<Section> section() {
            for (Tree declaration : unit.getCompilationUnit().getTypeDecls()) {
                ClassTree type = (ClassTree) declaration;
                Optional<String> prefix = annotation(type.getModifiers(), "ConfigMapping", "prefix");
                if (prefix.isPresent()) {
                    TreePath path = new TreePath(unit, type);
                    List<Setting> settings = new ArrayList<>();
                    read(path, prefix.get(), settings);
                    return Optional.of(new Section(prefix.get(), doc(path), settings));
                }
            }
            return Optional.empty();
        }

        private void read(TreePath type, String prefix, List<Setting> settings) {
            ClassTree tree = (ClassTree) type.getLeaf();
            for (Tree member : tree.getMembers()) {
                if (!(member instanceof MethodTree method) || method.getBody() != null) {
                    continue;
                }
                String key = key(prefix, method);
                Optional<ClassTree> group = nested(tree, method.getReturnType().toString(), Tree.Kind.INTERFACE);
                if (group.isPresent()) {
                    read(new TreePath(type, group.get()), key, settings);
                } else {
                    settings.add(setting(key, tree, method, doc(new TreePath(type, method))));
                }
            }
        }

        private static String key(String prefix, MethodTree method) {
            if (annotation(method.getModifiers(), "WithParentName").isPresent()) {
                return prefix;
            }
            return prefix + "."
                    + annotation(method.getModifiers(), "WithName", "value")
                            .orElseGet(() -> kebab(method.getName().toString()));
        }

        private static Setting setting(String key, ClassTree owner, MethodTree method, String meaning) {
            if (meaning.isBlank()) {
                throw new IllegalStateException(key + " has no Javadoc");
            }
            Tree type = method.getReturnType();
            boolean optional = type.toString().startsWith("Optional");
            if (type instanceof ParameterizedTypeTree parameterized && optional) {
                type = parameterized.getTypeArguments().get(0);
            }
            String standard = annotation(method.getModifiers(), "WithDefault", "value")
                    .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
                    .orElse(optional ? "none" : "required");
            return new Setting(key, type(owner, type), standard, meaning);
        }

        private static String type(ClassTree owner, Tree type) {
            String name = type.toString();
            Optional<ClassTree> choice = nested(owner, name, Tree.Kind.ENUM);
            if (choice.isPresent()) {
                return choice.get().getMembers().stream()
                        .filter(VariableTree.class::isInstance)
                        .map(member -> ((VariableTree) member).getName().toString())
                        .filter(constant -> constant.equals(constant.toUpperCase(Locale.ROOT)))
                        .map(constant -> "`" + constant.toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                        .collect(Collectors.joining(", "));
            }
            return switch (name.replaceAll("<.*>", "")) {
                case "int", "long", "OptionalInt", "OptionalLong" -> "integer";
                case "double", "float", "OptionalDouble" -> "number";
                case "boolean" -> "`true`, `false`";
                case "String" -> "text";
                case "Duration" -> "duration";
                case "MemorySize" -> "size";
                case "Path" -> "path";
                case "URI", "URL" -> "URL";
                case "List", "Set" -> "list";
                case "Map" -> "map";
                default -> name;
            };
        }

        private static Optional<ClassTree> nested(ClassTree owner, String name, Tree.Kind kind) {
            return owner.getMembers().stream()
                    .filter(member -> member.getKind() == kind)
                    .map(ClassTree.class::cast)
                    .filter(type -> type.getSimpleName().contentEquals(name))
                    .findFirst();
        }

        private String doc(TreePath path) {
            DocCommentTree comment = docs.getDocCommentTree(path);
            if (comment == null) {
                return "";
            }
            return comment.getFullBody().stream()
                    .map(UnitReader::text)
                    .collect(Collectors.joining())
                    .replaceAll("\\s+", " ")
                    .replace("|", "\\|")
                    .strip();
        }

        private static String text(DocTree part) {
            if (part instanceof LiteralTree literal) {
                return "`" + literal.getBody().getBody() + "`";
            }
            if (part instanceof LinkTree link) {
                return "`" + link.getReference().getSignature() + "`";
            }
            return part.toString().replaceAll("</?\\w+>", "");
        }

        private static Optional<String> annotation(ModifiersTree modifiers, String name, String attribute) {
            return annotation(modifiers, name)
                    .flatMap(found -> found.getArguments().stream()
                            .map(argument -> value(argument, attribute))
                            .flatMap(Optional::stream)
                            .findFirst());
        }

        private static Optional<? extends AnnotationTree> annotation(ModifiersTree modifiers, String name) {
            return modifiers.getAnnotations().stream()
                    .filter(found -> found.getAnnotationType().toString().equals(name))
                    .findFirst();
        }

        private static Optional<String> value(ExpressionTree argument, String attribute) {
            if (argument instanceof AssignmentTree assignment) {
                return assignment.getVariable().toString().equals(attribute)
                        ? value(assignment.getExpression(), "value")
                        : Optional.empty();
            }
            return attribute.equals("value") && argument instanceof com.sun.source.tree.LiteralTree literal
                    ? Optional.of(String.valueOf(literal.getValue()))
                    : Optional.empty();
        }

        private static String kebab(String name) {
            return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        }
    }
}
