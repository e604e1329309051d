package dev.evenkeel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** What the rules of the house are made of. */
final class RuleParts {
    private static final String ROOT = "dev.evenkeel";

    private RuleParts() {}

    /** A package below the root with all below it, as a pattern. */
    static String tree(String path) {
        return ROOT + "." + path + "..";
    }

    /** Calls of methods whose name matches a regular expression, on a type or its subtypes. */
    static DescribedPredicate<JavaMethodCall> calls(String owner, String namePattern) {
        return describe(
                "calls of " + owner + "." + namePattern,
                call -> call.getTargetOwner().isAssignableTo(owner)
                        && call.getName().matches(namePattern));
    }

    static void violated(ConditionEvents events, Object where, String message) {
        events.add(SimpleConditionEvent.violated(where, message));
    }
}
