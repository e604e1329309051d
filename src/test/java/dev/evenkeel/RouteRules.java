package dev.evenkeel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evenkeel.RuleParts.calls;
import static dev.evenkeel.RuleParts.violated;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a route of the API is: reactive, guarded, without entities, pools or lanes. */
final class RouteRules {
    private static final Set<String> ACCESS_ANNOTATIONS = Set.of(
            "io.quarkus.security.Authenticated",
            "io.quarkus.security.PermissionsAllowed",
            "jakarta.annotation.security.RolesAllowed",
            "jakarta.annotation.security.PermitAll",
            "jakarta.annotation.security.DenyAll");

    private RouteRules() {}

    static List<HouseRule> all() {
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
}
