package dev.evenkeel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rules of the house, each with code that breaks it. */
final class HouseRules {
    private static final String ROOT = "dev.evenkeel";
    private static final List<String> MODULES = List.of("knowledge", "memory", "observatory", "assessment");
    private static final List<String> ABOVE_PLATFORM =
            List.of("identity", "knowledge", "memory", "observatory", "assessment", "mcp");

    /** Observers of start and stop, on the main thread, that may wait for a result; every one is named here. */
    private static final Set<String> MAY_AWAIT = Set.of(
            "dev.evenkeel.platform.access.BootstrapToken.load",
            "dev.evenkeel.platform.jobs.JobLifecycle.stop",
            "dev.evenkeel.identity.usage.UsageCounter.stop");

    private static final String[] FRAMEWORK = {
        "io.quarkus..",
        "io.vertx..",
        "io.smallrye..",
        "io.netty..",
        "io.micrometer..",
        "org.hibernate..",
        "org.eclipse.microprofile..",
        "jakarta.ws..",
        "jakarta.persistence..",
        "jakarta.transaction..",
        "jakarta.validation..",
        "jakarta.enterprise.inject..",
        "jakarta.enterprise.event..",
        "java.sql..",
        "javax.sql.."
    };

    private static final Set<String> ACCESS_ANNOTATIONS = Set.of(
            "io.quarkus.security.Authenticated",
            "io.quarkus.security.PermissionsAllowed",
            "jakarta.annotation.security.RolesAllowed",
            "jakarta.annotation.security.PermitAll",
            "jakarta.annotation.security.DenyAll");

    private HouseRules() {}

    static Stream<HouseRule> all() {
        return Stream.of(layers(), resources(), database(), eventLoop(), nativeImage(), conventions())
                .flatMap(List::stream);
    }

    private static List<HouseRule> layers() {
        List<HouseRule> rules = new ArrayList<>();
        for (String module : MODULES) {
            String[] others = MODULES.stream()
                    .filter(other -> !other.equals(module))
                    .map(HouseRules::tree)
                    .toArray(String[]::new);
            String other = module.equals("memory") ? "knowledge" : "memory";
            rules.add(HouseRule.of(
                    noClasses()
                            .that()
                            .resideInAPackage(tree(module))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(others)
                            .as("the module " + module + " imports no other module"),
                    "package dev.evenkeel." + other + "; public class Secret {}",
                    "package dev.evenkeel." + module + "; class Nosy { dev.evenkeel." + other + ".Secret secret; }"));
        }
        rules.add(HouseRule.of(
                noClasses()
                        .that()
                        .resideInAPackage(tree("platform"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                ABOVE_PLATFORM.stream().map(HouseRules::tree).toArray(String[]::new))
                        .as("platform knows no module"),
                "package dev.evenkeel.identity; public class User {}",
                "package dev.evenkeel.platform.http; class Greeting { dev.evenkeel.identity.User user; }"));
        rules.add(HouseRule.of(
                noClasses()
                        .that()
                        .resideInAPackage(tree("identity"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(Stream.concat(MODULES.stream(), Stream.of("mcp"))
                                .map(HouseRules::tree)
                                .toArray(String[]::new))
                        .as("identity knows no module"),
                "package dev.evenkeel.memory; public class Entry {}",
                "package dev.evenkeel.identity; class User { dev.evenkeel.memory.Entry entry; }"));
        rules.add(HouseRule.of(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(tree("mcp"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(tree("mcp"))
                        .as("nothing depends on mcp"),
                "package dev.evenkeel.mcp; public class Tool {}",
                "package dev.evenkeel.knowledge; class Search { dev.evenkeel.mcp.Tool tool; }"));
        rules.add(HouseRule.of(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "dev.evenkeel..engine..",
                                "dev.evenkeel.knowledge.ingestion.extract..",
                                "dev.evenkeel.knowledge.ingestion.chunk..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(FRAMEWORK)
                        .as("engines, extractors and the chunker are plain Java"),
                "package dev.evenkeel.assessment.engine; class Model { io.smallrye.mutiny.Uni<String> theta; }"));
        rules.add(HouseRule.of(
                slices().matching("dev.evenkeel.platform.(*)..").should().beFreeOfCycles(),
                "package dev.evenkeel.platform.http; public class A { dev.evenkeel.platform.jobs.B b; }",
                "package dev.evenkeel.platform.jobs; public class B { dev.evenkeel.platform.http.A a; }"));
        return rules;
    }

    private static List<HouseRule> resources() {
        return List.of(
                HouseRule.of(
                        noClasses()
                                .that()
                                .haveSimpleNameEndingWith("Resource")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        "io.vertx.sqlclient..",
                                        "io.vertx.mutiny.sqlclient..",
                                        "io.vertx.pgclient..",
                                        "org.hibernate..",
                                        "io.quarkus.hibernate..",
                                        "jakarta.persistence..",
                                        "java.sql..")
                                .as("resources touch no pool and no session"),
                        "package dev.evenkeel.memory; class EntryResource { io.vertx.sqlclient.Pool pool; }"),
                HouseRule.of(
                        noClasses()
                                .that()
                                .haveSimpleNameEndingWith("Resource")
                                .should()
                                .callMethodWhere(calls("dev.evenkeel.platform.database.Database", "read|write|\\w+Sql"))
                                .as("resources open no lane; their service does"),
                        """
                        package dev.evenkeel.memory;
                        class EntryResource {
                            io.smallrye.mutiny.Uni<String> get(dev.evenkeel.platform.database.Database database) {
                                return database.read(() -> io.smallrye.mutiny.Uni.createFrom().item("entry"));
                            }
                        }"""),
                HouseRule.of(
                        methods()
                                .that(areRoutes())
                                .should(new ArchCondition<>("not carry an entity") {
                                    @Override
                                    public void check(JavaMethod method, ConditionEvents events) {
                                        carried(method)
                                                .filter(type -> type.isAnnotatedWith("jakarta.persistence.Entity"))
                                                .forEach(type -> violated(
                                                        events,
                                                        method,
                                                        method.getFullName() + " carries " + type.getName()));
                                    }
                                })
                                .as("entities never leave through a route"),
                        """
                        package dev.evenkeel.memory;
                        class EntryResource {
                            @jakarta.persistence.Entity static class Entry { @jakarta.persistence.Id Long id; }
                            @jakarta.ws.rs.GET io.smallrye.mutiny.Uni<java.util.List<Entry>> list() { return null; }
                        }"""),
                HouseRule.of(
                        methods()
                                .that(areRoutes())
                                .should(new ArchCondition<>("return a Uni or a Multi") {
                                    @Override
                                    public void check(JavaMethod method, ConditionEvents events) {
                                        if (!method.getRawReturnType().isAssignableTo("io.smallrye.mutiny.Uni")
                                                && !method.getRawReturnType()
                                                        .isAssignableTo("io.smallrye.mutiny.Multi")) {
                                            violated(
                                                    events,
                                                    method,
                                                    method.getFullName() + " would run on a worker thread");
                                        }
                                    }
                                })
                                .as("routes are reactive"),
                        "package dev.evenkeel.memory;"
                                + " class EntryResource { @jakarta.ws.rs.GET public String get() { return \"\"; } }"),
                HouseRule.of(
                        methods()
                                .that(areRoutes())
                                .should(new ArchCondition<>("say who may call them") {
                                    @Override
                                    public void check(JavaMethod method, ConditionEvents events) {
                                        if (!saysWhoMayCall(method) && !saysWhoMayCall(method.getOwner())) {
                                            violated(events, method, method.getFullName() + " says not who may call");
                                        }
                                    }
                                })
                                .as("every route carries @Authenticated, @RolesAllowed or @PermitAll"),
                        """
                        package dev.evenkeel.memory;
                        @jakarta.ws.rs.Path("/entries")
                        class EntryResource {
                            @jakarta.ws.rs.GET public io.smallrye.mutiny.Uni<String> get() { return null; }
                        }"""),
                HouseRule.of(
                        classes()
                                .that()
                                .areAnnotatedWith("jakarta.ws.rs.Path")
                                .should()
                                .haveSimpleNameEndingWith("Resource"),
                        "package dev.evenkeel.memory; @jakarta.ws.rs.Path(\"/entries\") class Entries {}"));
    }

    private static List<HouseRule> database() {
        return List.of(
                HouseRule.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(tree("platform.database"))
                                .should()
                                .callMethodWhere(calls("io.quarkus.hibernate.reactive.panache.Panache", "with\\w+"))
                                .as("only platform.database opens sessions"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            io.smallrye.mutiny.Uni<String> find() {
                                return io.quarkus.hibernate.reactive.panache.Panache.withSession(() -> null);
                            }
                        }"""),
                HouseRule.of(
                        codeUnits()
                                .should(new ArchCondition<>("not open a session by annotation") {
                                    @Override
                                    public void check(JavaCodeUnit unit, ConditionEvents events) {
                                        Stream.concat(
                                                        unit.getAnnotations().stream(),
                                                        unit.getOwner().getAnnotations().stream())
                                                .map(annotation ->
                                                        annotation.getRawType().getName())
                                                .filter(HouseRules::opensSession)
                                                .forEach(type ->
                                                        violated(events, unit, unit.getFullName() + " has " + type));
                                    }
                                })
                                .as("no session is opened by an annotation, outside of the lanes"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            @io.quarkus.hibernate.reactive.panache.common.WithTransaction
                            io.smallrye.mutiny.Uni<String> find() { return null; }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(
                                        tree("platform.database"), tree("platform.health"), tree("platform.jobs"))
                                .should()
                                .dependOnClassesThat(nameMatching("io\\.vertx\\.(mutiny\\.)?sqlclient\\.Pool"
                                        + "|io\\.vertx\\.(mutiny\\.)?pgclient\\.(PgPool|PgBuilder)"
                                        + "|org\\.hibernate\\.reactive\\.mutiny\\.Mutiny\\$SessionFactory"
                                        + "|io\\.agroal\\..*|javax\\.sql\\..*|java\\.sql\\.DriverManager"))
                                .as("only platform.database, the probe and the queue have a pool"),
                        "package dev.evenkeel.memory; class Entries { io.vertx.mutiny.sqlclient.Pool pool; }"),
                HouseRule.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(tree("platform.database"), tree("platform.jobs"))
                                .should()
                                .dependOnClassesThat(nameMatching("io\\.vertx\\.(mutiny\\.)?pgclient\\.PgConnection"))
                                .as("only jobs hold a connection outside of a pool, to listen"),
                        "package dev.evenkeel.memory; class Entries { io.vertx.pgclient.PgConnection listener; }"));
    }

    private static List<HouseRule> eventLoop() {
        return List.of(
                HouseRule.of(
                        codeUnits()
                                .should(new ArchCondition<>("not wait for a Uni") {
                                    @Override
                                    public void check(JavaCodeUnit unit, ConditionEvents events) {
                                        unit.getMethodCallsFromSelf().stream()
                                                .filter(call -> call.getName().equals("await")
                                                        && call.getTargetOwner()
                                                                .isAssignableTo("io.smallrye.mutiny.Uni"))
                                                .filter(call -> !mayAwait(unit))
                                                .forEach(call -> violated(events, unit, call.getDescription()));
                                    }
                                })
                                .as("Uni.await() is for listed observers of start and stop"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            String find(io.smallrye.mutiny.Uni<String> entry) { return entry.await().indefinitely(); }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .callMethodWhere(calls("java.lang.Thread", "sleep"))
                                .as("nothing sleeps"),
                        """
                        package dev.evenkeel.memory;
                        class Entries { void rest() throws InterruptedException { Thread.sleep(1); } }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat(name("io.smallrye.common.annotation.Blocking"))
                                .as("nothing is marked @Blocking; blocking work goes through Offload"),
                        """
                        package dev.evenkeel.memory;
                        class Entries { @io.smallrye.common.annotation.Blocking void find() {} }"""));
    }

    private static List<HouseRule> nativeImage() {
        return List.of(
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("java.awt..", "javax.imageio..", "javax.swing..")
                                .as("no AWT: it does not live in a small native image"),
                        "package dev.evenkeel.observatory; class Picture { java.awt.image.BufferedImage image; }"),
                HouseRule.of(
                        noClasses()
                                .should()
                                .callMethodWhere(calls(
                                        "java.lang.Class",
                                        "forName|newInstance|get(Declared)?(Methods?|Fields?|Constructors?)"))
                                .as("no reflection by name"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            Class<?> find(String name) throws ClassNotFoundException { return Class.forName(name); }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .callMethodWhere(calls("java.lang.ClassLoader", "loadClass|defineClass"))
                                .as("no class is loaded at run time"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            Class<?> find(String name) throws ClassNotFoundException {
                                return Entries.class.getClassLoader().loadClass(name);
                            }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat(assignableTo("java.io.ObjectInputStream"))
                                .as("no Java serialisation"),
                        "package dev.evenkeel.memory; class Entries { java.io.ObjectInputStream in; }"),
                HouseRule.of(
                        fields().that()
                                .areStatic()
                                .should(new ArchCondition<>("not hold what an image heap cannot") {
                                    @Override
                                    public void check(JavaField field, ConditionEvents events) {
                                        if (NOT_IN_IMAGE_HEAP.stream()
                                                .anyMatch(type ->
                                                        field.getRawType().isAssignableTo(type))) {
                                            violated(events, field, field.getFullName() + " is fixed at build time");
                                        }
                                    }
                                })
                                .as("no static thread, random generator, socket or file"),
                        "package dev.evenkeel.memory;"
                                + " class Entries { static final java.security.SecureRandom R = null; }"));
    }

    private static final List<Class<?>> NOT_IN_IMAGE_HEAP = List.of(
            Thread.class,
            java.util.Random.class,
            java.util.Timer.class,
            java.util.concurrent.Executor.class,
            java.nio.channels.Channel.class,
            java.io.InputStream.class,
            java.io.OutputStream.class,
            java.io.File.class,
            java.net.Socket.class,
            java.net.ServerSocket.class,
            java.net.http.HttpClient.class);

    private static List<HouseRule> conventions() {
        return List.of(
                HouseRule.of(
                        classes()
                                .that()
                                .areAnnotatedWith("io.smallrye.config.ConfigMapping")
                                .should(new ArchCondition<>("have the prefix evenkeel") {
                                    @Override
                                    public void check(JavaClass type, ConditionEvents events) {
                                        Object prefix = type.getAnnotationOfType("io.smallrye.config.ConfigMapping")
                                                .get("prefix")
                                                .orElse("");
                                        if (!prefix.equals("evenkeel")
                                                && !String.valueOf(prefix).startsWith("evenkeel.")) {
                                            violated(events, type, type.getName() + " has the prefix " + prefix);
                                        }
                                    }
                                })
                                .andShould()
                                .haveSimpleNameEndingWith("Config"),
                        "package dev.evenkeel.memory;"
                                + " @io.smallrye.config.ConfigMapping(prefix = \"memory\") interface MemoryConfig {}"),
                HouseRule.of(
                        classes().should(new ArchCondition<>("live in a @NullMarked package") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                boolean marked = type.getPackage()
                                        .tryGetPackageInfo()
                                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                                        .orElse(false);
                                if (!marked) {
                                    violated(events, type, type.getPackageName() + " has no @NullMarked package-info");
                                }
                            }
                        }),
                        "package dev.evenkeel.nowhere; class Lost {}"),
                HouseRule.of(
                        noClasses()
                                .should()
                                .accessFieldWhere(describe(
                                        "standard streams",
                                        access -> access.getTargetOwner().isEquivalentTo(System.class)
                                                && Set.of("out", "err").contains(access.getName())))
                                .as("nothing is printed; logs are"),
                        "package dev.evenkeel.memory; class Entries { void find() { System.out.println(); } }"));
    }

    private static String tree(String path) {
        return ROOT + "." + path + "..";
    }

    private static DescribedPredicate<JavaMethodCall> calls(String owner, String namePattern) {
        return describe(
                "calls of " + owner + "." + namePattern,
                call -> call.getTargetOwner().isAssignableTo(owner)
                        && call.getName().matches(namePattern));
    }

    private static DescribedPredicate<JavaMethod> areRoutes() {
        return describe(
                "are routes",
                method -> method.getAnnotations().stream()
                        .anyMatch(annotation -> annotation.getRawType().isMetaAnnotatedWith("jakarta.ws.rs.HttpMethod")
                                || annotation.getRawType().isAnnotatedWith("jakarta.ws.rs.HttpMethod")));
    }

    private static Stream<JavaClass> carried(JavaMethod method) {
        return Stream.concat(
                method.getReturnType().getAllInvolvedRawTypes().stream(),
                method.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()));
    }

    private static boolean saysWhoMayCall(CanBeAnnotated annotated) {
        return ACCESS_ANNOTATIONS.stream().anyMatch(annotated::isAnnotatedWith);
    }

    private static boolean opensSession(String annotation) {
        return annotation.matches("io\\.quarkus\\.hibernate\\.reactive\\.panache\\.common\\.With\\w+")
                || annotation.equals("jakarta.transaction.Transactional");
    }

    private static boolean mayAwait(JavaCodeUnit unit) {
        boolean onMainThread = unit.getRawParameterTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(StartupEvent.class) || type.isEquivalentTo(ShutdownEvent.class));
        return onMainThread && MAY_AWAIT.contains(unit.getOwner().getName() + "." + unit.getName());
    }

    private static void violated(ConditionEvents events, Object where, String message) {
        events.add(SimpleConditionEvent.violated(where, message));
    }
}
