package dev.evenkeel.bench.memory.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which operation must have come before which: the writes of a key as far as their order is known, a read after the write it saw and
 * before the next one, and what had returned before what was called later. A store in which every operation happens at one moment has no cycle here
 * (strict serialisability, Adya's conflicts with the real-time order), so a cycle of one key is a history that is not linearisable and a
 * cycle of several is a batch that was seen in part.
 */
final class PrecedenceGraph {

    private record Edge(int target, String reason) {}

    private static final String TIME = "time";

    private final List<Operation> operations;
    private final Map<Long, Integer> indexOf = new HashMap<>();
    private final List<List<Edge>> edges = new ArrayList<>();
    private final long[] instants;

    /** @param operations those that took effect, or read */
    PrecedenceGraph(List<Operation> operations) {
        this.operations = operations;
        for (Operation operation : operations) {
            indexOf.put(operation.id(), edges.size());
            edges.add(new ArrayList<>());
        }
        this.instants = addTime();
    }

    /** Real time through a chain of instants, one for each return, so that the number of edges stays linear. */
    private long[] addTime() {
        List<Operation> byReturn = operations.stream()
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
        return returns;
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

    /** The first of the two must have come before the second, because of the key. */
    void edge(Operation from, Operation to, String key) {
        if (from.id() != to.id()) {
            edges.get(index(from)).add(new Edge(index(to), key));
        }
    }

    boolean hasEdge(Operation from, Operation to) {
        int target = index(to);
        return from.id() == to.id() || edges.get(index(from)).stream().anyMatch(edge -> edge.target == target);
    }

    /**
     * True when there is a way from the operation to one of the targets. Meant for a graph without cycles: nothing that was called
     * after all of the targets had returned can lie on the way.
     */
    boolean reaches(Operation from, List<Operation> targets) {
        long deadline =
                targets.stream().mapToLong(Operation::returnedNanos).max().orElseThrow();
        BitSet wanted = new BitSet();
        targets.forEach(target -> wanted.set(index(target)));
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(index(from)));
        while (!open.isEmpty()) {
            for (Edge edge : edges.get(open.pop())) {
                if (wanted.get(edge.target)) {
                    return true;
                }
                if (!seen.get(edge.target) && momentOf(edge.target) <= deadline) {
                    seen.set(edge.target);
                    open.push(edge.target);
                }
            }
        }
        return false;
    }

    /** When an operation was called, or the moment that an instant of the chain stands for. */
    private long momentOf(int node) {
        return node < operations.size() ? operations.get(node).calledNanos() : instants[node - operations.size()];
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
