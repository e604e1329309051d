package dev.evenkeel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evenkeel.RuleParts.calls;
import static dev.evenkeel.RuleParts.violated;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.util.List;
import java.util.Set;

/** Nothing waits where it may hold up others. */
final class EventLoopRules {
    /** Observers of start and stop, on the main thread, that may wait for a result; every one is named here. */
    private static final Set<String> MAY_AWAIT = Set.of(
            "dev.evenkeel.platform.access.BootstrapToken.load",
            "dev.evenkeel.platform.jobs.JobLifecycle.stop",
            "dev.evenkeel.platform.search.vector.PgVector.choose",
            "dev.evenkeel.identity.usage.UsageCounter.stop");

    private EventLoopRules() {}

    static List<HouseRule> all() {
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
                        classes()
                                .that(setPeriodicTimers())
                                .should()
                                .callMethodWhere(calls("io.vertx.core.Vertx", "cancelTimer"))
                                .as(
                                        "who sets a periodic timer cancels it: Vert.x outlives a service that is restarted"),
                        """
                        package dev.evenkeel.memory;
                        class Entries { void start(io.vertx.core.Vertx vertx) { vertx.setPeriodic(1, id -> {}); } }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat(name("io.smallrye.common.annotation.Blocking"))
                                .as("nothing is marked @Blocking; blocking work goes through Offload"),
                        """
                        package dev.evenkeel.memory;
                        class Entries { @io.smallrye.common.annotation.Blocking void find() {} }"""));
    }

    private static boolean mayAwait(JavaCodeUnit unit) {
        boolean onMainThread = unit.getRawParameterTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(StartupEvent.class) || type.isEquivalentTo(ShutdownEvent.class));
        return onMainThread && MAY_AWAIT.contains(unit.getOwner().getName() + "." + unit.getName());
    }

    private static DescribedPredicate<JavaClass> setPeriodicTimers() {
        return describe(
                "set periodic timers",
                type -> type.getMethodCallsFromSelf().stream().anyMatch(calls("io.vertx.core.Vertx", "setPeriodic")));
    }
}
