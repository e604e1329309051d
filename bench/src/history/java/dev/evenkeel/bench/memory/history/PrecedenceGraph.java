package dev.evenkeel.bench.memory.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which operation must have come before which: writes of a key in the order of its versions, a read after the write it saw and before the
 * next one, and what had returned before what was called later. A store in which every operation happens at one moment has no cycle here
 * (strict serialisability, Adya's conflicts with the real-time order), so a cycle of one key is a history that is not linearisable and a
 * cycle of several is a batch that was seen in part.
 */
final class PrecedenceGraph {

    private record Edge(int target, String reason) {}

    private static final String TIME = "time";

    private final List<Operation> operations;
    private final Map<Long, Integer> indexOf = new HashMap<>();
    private final List<List<Edge>> edges = new ArrayList<>();

    /** @param operations those that took effect, or read */
    PrecedenceGraph(List<Operation> operations) {
        this.operations = operations;
        for (Operation operation : operations) {
            indexOf.put(operation.id(), edges.size());
            edges.add(new ArrayList<>());
        }
        addTime();
    }

    /** Real time through a chain of instants, one for each return, so that the number of edges stays linear. */
    private void addTime() {
        List<Operation> byReturn = operations.stream()
                .filter(operation -> operation.returnedNanos() != Operation.NEVER)
                .sorted(Comparator.comparingLong(Operation::returnedNanos))
                .toList();
        int firstInstant = edges.size();
        for (int i = 0; i < byReturn.size(); i++) {
            edges.add(new ArrayList<>());
            edges.get(index(byReturn.get(i))).add(new Edge(firstInstant + i, TIME));
            if (i > 0) {
                edges.get(firstInstant + i - 1).add(new Edge(firstInstant + i, TIME));
            }
        }
        long[] returns =
                byReturn.stream().mapToLong(Operation::returnedNanos).toArray();
        for (Operation operation : operations) {
            int before = firstAtOrAfter(returns, operation.calledNanos()) - 1;
            if (before >= 0) {
                edges.get(firstInstant + before).add(new Edge(index(operation), TIME));
            }
        }
    }

    private static int firstAtOrAfter(long[] sorted, long value) {
        int found = Arrays.binarySearch(sorted, value);
        if (found < 0) {
            return -found - 1;
        }
        while (found > 0 && sorted[found - 1] == value) {
            found--;
        }
        return found;
    }

    private int index(Operation operation) {
        return Objects.requireNonNull(indexOf.get(operation.id()), "an operation of the graph");
    }

    /** Adds the conflicts on one key. */
    void add(VersionOrder order) {
        Operation previous = null;
        long previousVersion = Access.ABSENT;
        for (Map.Entry<Long, Operation> entry : order.writers().entrySet()) {
            Operation writer = entry.getValue();
            if (previous != null) {
                edge(previous, writer, order.key());
            }
            for (long version = previousVersion; version < entry.getKey(); version++) {
                for (Operation reader : order.readers(version)) {
                    edge(reader, writer, order.key());
                }
            }
            for (Operation reader : order.readers(entry.getKey())) {
                edge(writer, reader, order.key());
            }
            previous = writer;
            previousVersion = entry.getKey();
        }
        readsAfterGaps(order);
    }

    /** A read of a version whose writer nobody knows still comes after the writers before it. */
    private void readsAfterGaps(VersionOrder order) {
        for (Map.Entry<Long, List<Operation>> entry : order.allReaders().entrySet()) {
            Map.Entry<Long, Operation> before = order.writers().floorEntry(entry.getKey());
            if (before != null && before.getKey() < entry.getKey()) {
                entry.getValue().forEach(reader -> edge(before.getValue(), reader, order.key()));
            }
        }
    }

    private void edge(Operation from, Operation to, String key) {
        if (from.id() != to.id()) {
            edges.get(index(from)).add(new Edge(index(to), key));
        }
    }

    /** One shortest cycle of every knot of operations that wait for each other, as text. */
    List<String> cycles() {
        int[] component = components();
        Map<Integer, List<Integer>> members = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            members.computeIfAbsent(component[i], c -> new ArrayList<>()).add(i);
        }
        return members.values().stream()
                .filter(knot -> knot.size() > 1)
                .map(knot -> describe(shortestCycle(knot, component)))
                .toList();
    }

    /** Strongly connected components by Kosaraju's two passes, without recursion: histories are long. */
    private int[] components() {
        List<Integer> order = new ArrayList<>();
        boolean[] seen = new boolean[edges.size()];
        for (int start = 0; start < edges.size(); start++) {
            if (!seen[start]) {
                finish(start, seen, order);
            }
        }
        List<List<Integer>> reversed = new ArrayList<>();
        edges.forEach(from -> reversed.add(new ArrayList<>()));
        for (int from = 0; from < edges.size(); from++) {
            for (Edge edge : edges.get(from)) {
                reversed.get(edge.target).add(from);
            }
        }
        int[] component = new int[edges.size()];
        Arrays.fill(component, -1);
        for (int i = order.size() - 1; i >= 0; i--) {
            Deque<Integer> open = new ArrayDeque<>(List.of(order.get(i)));
            while (!open.isEmpty()) {
                int node = open.pop();
                if (component[node] < 0) {
                    component[node] = order.get(i);
                    reversed.get(node).stream().filter(n -> component[n] < 0).forEach(open::push);
                }
            }
        }
        return component;
    }

    /** Appends the nodes that can be reached, each after all that it reaches. */
    private void finish(int start, boolean[] seen, List<Integer> order) {
        Deque<int[]> path = new ArrayDeque<>();
        path.push(new int[] {start, 0});
        seen[start] = true;
        while (!path.isEmpty()) {
            int[] top = path.getFirst();
            List<Edge> out = edges.get(top[0]);
            if (top[1] == out.size()) {
                order.add(top[0]);
                path.pop();
            } else {
                int next = out.get(top[1]++).target;
                if (!seen[next]) {
                    seen[next] = true;
                    path.push(new int[] {next, 0});
                }
            }
        }
    }

    private List<String> shortestCycle(List<Integer> knot, int[] component) {
        List<String> best = List.of();
        // A look from a few members is enough to find a short one; knots can be large when the order is badly broken.
        for (int start : knot.subList(0, Math.min(50, knot.size()))) {
            List<String> cycle = cycleFrom(start, component);
            if (best.isEmpty() || (!cycle.isEmpty() && cycle.size() < best.size())) {
                best = cycle;
            }
        }
        return best;
    }

    /** Breadth first from a node back to itself; the steps as text. */
    private List<String> cycleFrom(int start, int[] component) {
        Map<Integer, Integer> cameFrom = new HashMap<>();
        Map<Integer, String> reason = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            int node = open.poll();
            for (Edge edge : edges.get(node)) {
                if (component[edge.target] == component[start] && !cameFrom.containsKey(edge.target)) {
                    cameFrom.put(edge.target, node);
                    reason.put(edge.target, edge.reason);
                    open.add(edge.target);
                }
            }
            if (cameFrom.containsKey(start)) {
                return steps(start, cameFrom, reason);
            }
        }
        return List.of();
    }

    private List<String> steps(int start, Map<Integer, Integer> cameFrom, Map<Integer, String> reason) {
        List<String> steps = new ArrayList<>();
        int node = start;
        do {
            if (node < operations.size()) {
                steps.add(" -(" + reason.get(node) + ")-> " + operations.get(node));
            }
            node = Objects.requireNonNull(cameFrom.get(node));
        } while (node != start);
        Collections.reverse(steps);
        return steps;
    }

    private static String describe(List<String> steps) {
        return "no order explains these operations:" + String.join("", steps) + " and again the first";
    }
}
