package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides whether a history could come from one store in which every request happens at one moment, all of it or nothing. Keys that
 * are never deleted are checked together, in time that grows with the history; keys that are deleted by a search each.
 */
public final class HistoryChecker {

    private final List<Operation> history;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, VersionOrder> orders = new HashMap<>();

    private HistoryChecker(List<Operation> history) {
        this.history = history.stream()
                .sorted(Comparator.comparingLong(Operation::calledNanos))
                .toList();
    }

    /** What no such store could have answered, one sentence each; empty for a sound history. */
    public static List<String> check(List<Operation> history) {
        return new HistoryChecker(history).check();
    }

    private List<String> check() {
        Set<String> deleted = keys(true);
        Set<String> kept = keys(false);
        kept.removeAll(deleted);
        for (String key : deleted) {
            if (!new RegisterSearch(key, history).explains()) {
                problems.add(key + ": no order of its operations explains the answers");
            }
        }
        kept.forEach(key -> orders.put(key, new VersionOrder(key, history, problems)));
        Set<Long> tookEffect = new HashSet<>();
        history.stream()
                .filter(operation -> orders.values().stream().anyMatch(order -> order.hasWriteOf(operation)))
                .forEach(operation -> tookEffect.add(operation.id()));
        orders.values().forEach(order -> order.explainGaps(tookEffect));
        checkRefusals();
        checkOrder(tookEffect);
        return problems;
    }

    private Set<String> keys(boolean deletedOnly) {
        Set<String> keys = new TreeSet<>();
        for (Operation operation : history) {
            operation.accesses().stream()
                    .filter(access -> !deletedOnly || access.kind() == Access.Kind.DELETE)
                    .forEach(access -> keys.add(access.key()));
        }
        return keys;
    }

    /** A refusal needs a condition that failed at some moment of the request. */
    private void checkRefusals() {
        for (Operation operation : history) {
            if (operation.outcome() == Outcome.REFUSED
                    && operation.accesses().stream().allMatch(access -> heldThroughout(access, operation))) {
                problems.add("refused although its conditions held all the time: " + operation);
            }
        }
    }

    private boolean heldThroughout(Access access, Operation operation) {
        VersionOrder order = orders.get(access.key());
        // A key that is deleted has no order of versions; its refusals are part of the search.
        return access.expected() == null
                || (order != null && order.heldThroughout(access.expected(), operation));
    }

    private void checkOrder(Set<Long> tookEffect) {
        PrecedenceGraph graph = new PrecedenceGraph(history.stream()
                .filter(operation -> operation.outcome() == Outcome.DONE || tookEffect.contains(operation.id()))
                .toList());
        orders.values().forEach(graph::add);
        problems.addAll(graph.cycles());
    }
}
