package dev.evenkeel;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;

/**
 * A rule of the house, with code that breaks it: a rule that cannot fail protects nothing.
 *
 * @param rule what must hold for the classes of the service
 * @param brokenBy sources of compilation units that, together, violate the rule
 */
record HouseRule(ArchRule rule, List<String> brokenBy) {
    static HouseRule of(ArchRule rule, String... brokenBy) {
        return new HouseRule(rule.allowEmptyShould(true), Arrays.asList(brokenBy));
    }

    @Override
    public String toString() {
        return rule.getDescription();
    }
}
