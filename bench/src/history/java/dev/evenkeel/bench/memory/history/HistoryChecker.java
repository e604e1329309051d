package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides whether a history could come from one store in which every request happens at one moment, all of it or nothing. Keys that
 * are never deleted are checked together, in time that grows with the history; keys that are deleted by a search each. Versions need
 * to be unique for a key and nothing else: they may rise, or not.
 */
public final class HistoryChecker {

    private final List<Operation> history;
    private final List<String> problems = new ArrayList<>();
    /** Writes that may have happened, although nobody was told or saw it. */
    private final List<Operation> unseen = new ArrayList<>();

    private final Map<String, KeyOrder> orders = new TreeMap<>();

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
        List<Operation> effective = effective();
        Set<Long> known = new HashSet<>();
        effective.forEach(operation -> known.add(operation.id()));
        history.stream()
                .filter(operation -> operation.outcome() == Outcome.UNKNOWN && !known.contains(operation.id()))
                .forEach(unseen::add);
        kept.forEach(key -> orders.put(key, new KeyOrder(key, effective, problems)));
        checkRefusals();
        checkOrder(effective);
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

    /**
     * The operations that took effect: those that were answered, and of those that were not the ones that somebody saw. These took effect
     * before the first who saw them had returned. What was not answered and not seen may as well not have happened.
     */
    private List<Operation> effective() {
        Map<String, Operation> unanswered = new HashMap<>();
        for (Operation operation : history) {
            operation.accesses().stream()
                    .filter(access -> access.writes() && operation.outcome() == Outcome.UNKNOWN)
                    .forEach(access -> unanswered.put(access.key() + "\n" + access.value(), operation));
        }
        Map<Long, Long> seenBy = new HashMap<>();
        for (Operation operation : history) {
            for (Access access : operation.accesses()) {
                Operation writer = unanswered.get(access.key() + "\n" + access.value());
                if (access.kind() == Access.Kind.READ && access.value() != null && writer != null) {
                    seenBy.merge(writer.id(), operation.returnedNanos(), Math::min);
                }
            }
        }
        return history.stream()
                .filter(operation -> operation.outcome() == Outcome.DONE || seenBy.containsKey(operation.id()))
                .map(operation -> operation.outcome() == Outcome.DONE
                        ? operation
                        : operation.endedBy(seenBy.getOrDefault(operation.id(), Operation.NEVER)))
                .toList();
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
        if (access.expected() == null) {
            return true;
        }
        // The refusals of a key that is deleted are part of its search.
        KeyOrder order = orders.get(access.key());
        return order != null
                && order.heldThroughout(access.expected(), operation)
                && unseen.stream().noneMatch(write -> write.calledNanos() <= operation.returnedNanos()
                        && write.accesses().stream().anyMatch(written -> written.key().equals(access.key())));
    }

    private void checkOrder(List<Operation> effective) {
        List<Operation> nodes = new ArrayList<>(effective);
        nodes.add(KeyOrder.ORIGIN);
        PrecedenceGraph graph = new PrecedenceGraph(nodes);
        orders.values().forEach(order -> order.addTo(graph));
        List<String> cycles = graph.cycles();
        boolean added = true;
        while (cycles.isEmpty() && added) {
            added = false;
            for (KeyOrder order : orders.values()) {
                added |= order.addWhatFollows(graph);
            }
            cycles = graph.cycles();
        }
        problems.addAll(cycles);
    }
}
