package dev.evenkeel.deploy;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that one run names everything. */
final class Violations {
    private final List<String> messages = new ArrayList<>();

    void require(boolean condition, String where, String rule) {
        if (!condition) {
            messages.add(where + ": " + rule);
        }
    }

    List<String> messages() {
        return List.copyOf(messages);
    }
}
