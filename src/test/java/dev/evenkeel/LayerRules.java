package dev.evenkeel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.evenkeel.RuleParts.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which package may know which. */
final class LayerRules {
    private static final List<String> MODULES = List.of("knowledge", "memory", "observatory", "assessment");
    private static final List<String> ABOVE_PLATFORM =
            List.of("identity", "knowledge", "memory", "observatory", "assessment", "mcp");

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

    private LayerRules() {}

    static List<HouseRule> all() {
        List<HouseRule> rules = new ArrayList<>();
        for (String module : MODULES) {
            String[] others = MODULES.stream()
                    .filter(other -> !other.equals(module))
                    .map(RuleParts::tree)
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
                                ABOVE_PLATFORM.stream().map(RuleParts::tree).toArray(String[]::new))
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
                                .map(RuleParts::tree)
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
}
