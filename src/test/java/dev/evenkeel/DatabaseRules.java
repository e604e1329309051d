package dev.evenkeel;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evenkeel.RuleParts.calls;
import static dev.evenkeel.RuleParts.tree;
import static dev.evenkeel.RuleParts.violated;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;
import java.util.stream.Stream;

/** Who may have a connection to the database, and how a session is opened. */
final class DatabaseRules {
    private DatabaseRules() {}

    static List<HouseRule> all() {
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
                                                .filter(DatabaseRules::opensSession)
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

    private static boolean opensSession(String annotation) {
        return annotation.matches("io\\.quarkus\\.hibernate\\.reactive\\.panache\\.common\\.With\\w+")
                || annotation.equals("jakarta.transaction.Transactional");
    }
}
