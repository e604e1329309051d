package dev.evenkeel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evenkeel.RuleParts.violated;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** Names and manners that hold everywhere. */
final class ConventionRules {
    private ConventionRules() {}

    static List<HouseRule> all() {
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
}
