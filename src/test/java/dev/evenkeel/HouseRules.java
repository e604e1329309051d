package dev.evenkeel;

import java.util.List;
import java.util.stream.Stream;

/** The rules of the house, each with code that breaks it. */
final class HouseRules {
    private HouseRules() {}

    static Stream<HouseRule> all() {
        return Stream.of(
                        LayerRules.all(),
                        RouteRules.all(),
                        DatabaseRules.all(),
                        EventLoopRules.all(),
                        NativeImageRules.all(),
                        ConventionRules.all())
                .flatMap(List::stream);
    }
}
