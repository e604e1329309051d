package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the order of the writes to a key that is never deleted. Every write has a value and a version of its own, so a
 * read says whose write it saw. A write and its reads follow each other with no other write between, and so do the writes of a chain
 * of compare-and-sets; such a block lies before another one as soon as one of its operations returned before one of the other's was
 * called (Gibbons and Korach, Testing Shared Memories, 1997).
 */
final class KeyOrder {

    /** A write with everything that saw it; the first one of a key is the {@link #ORIGIN}, seen as a missing entry. */
    private static final class Cluster {
        final Operation writer;
        final List<Operation> readers = new ArrayList<>();
        @Nullable Cluster successor;
        boolean succeeds;

        Cluster(Operation writer) {
            this.writer = writer;
        }

        long firstReturn() {
            return readers.stream()
                    .mapToLong(Operation::returnedNanos)
                    .reduce(writer.returnedNanos(), Math::min);
        }

        long lastCall() {
            return readers.stream().mapToLong(Operation::calledNanos).reduce(writer.calledNanos(), Math::max);
        }
    }

    /** Clusters that follow each other because each was made from the one before by a compare-and-set. */
    record Block(List<Cluster> clusters, long firstReturn, long lastCall) {
        static Block from(Cluster first) {
            List<Cluster> clusters = new ArrayList<>();
            for (Cluster each = first; each != null; each = each.successor) {
                clusters.add(each);
            }
            return new Block(
                    clusters,
                    clusters.stream().mapToLong(Cluster::firstReturn).min().orElseThrow(),
                    clusters.stream().mapToLong(Cluster::lastCall).max().orElseThrow());
        }

        boolean isBefore(Block other) {
            return firstReturn < other.lastCall;
        }

        Operation firstWriter() {
            return clusters.get(0).writer;
        }

        /** The operations that the next block's first write comes after. */
        List<Operation> end() {
            Cluster last = clusters.get(clusters.size() - 1);
            List<Operation> end = new ArrayList<>(last.readers);
            end.add(last.writer);
            return end;
        }
    }

    /** Stands for the time before anything was written. */
    static final Operation ORIGIN =
            new Operation(-1, -1, -1, "nothing written yet", Long.MIN_VALUE, Long.MIN_VALUE, Outcome.DONE, List.of());

    private final String key;
    private final List<String> problems;
    private final Map<Long, Cluster> byVersion = new HashMap<>();
    private final Map<String, Cluster> byValue = new LinkedHashMap<>();
    private final Map<Cluster, Long> versions = new HashMap<>();
    private final List<Block> blocks = new ArrayList<>();

    /** @param operations those that took effect or read */
    KeyOrder(String key, List<Operation> operations, List<String> problems) {
        this.key = key;
        this.problems = problems;
        Cluster origin = new Cluster(ORIGIN);
        byVersion.put(Access.ABSENT, origin);
        forEach(operations, Access.Kind.PUT, this::addWrite);
        forEach(operations, Access.Kind.READ, this::addRead);
        forEach(operations, Access.Kind.CHECK, this::addCheck);
        forEach(operations, Access.Kind.PUT, this::chain);
        List<Cluster> clusters = new ArrayList<>(byValue.values());
        clusters.add(origin);
        clusters.stream()
                .filter(cluster -> !cluster.succeeds)
                .map(Block::from)
                .sorted(Comparator.comparingLong(Block::lastCall))
                .forEach(blocks::add);
    }

    private interface Visitor {
        void visit(Operation operation, Access access);
    }

    private void forEach(List<Operation> operations, Access.Kind kind, Visitor visitor) {
        for (Operation operation : operations) {
            for (Access access : operation.accesses()) {
                if (access.key().equals(key) && access.kind() == kind) {
                    visitor.visit(operation, access);
                }
            }
        }
    }

    private void addWrite(Operation operation, Access put) {
        Cluster cluster = new Cluster(operation);
        if (byValue.put(Objects.requireNonNull(put.value()), cluster) != null) {
            throw new IllegalArgumentException("two operations write " + put.value() + " to " + key);
        }
        if (operation.outcome() == Outcome.DONE) {
            name(cluster, Objects.requireNonNull(put.version(), "a done put has a version"));
        }
    }

    /** The version of a write, as its client was told or a reader saw. */
    private void name(Cluster cluster, long version) {
        Cluster other = byVersion.putIfAbsent(version, cluster);
        if (other != null && other != cluster) {
            problems.add("%s: version %d was given to %s and to %s"
                    .formatted(key, version, other.writer, cluster.writer));
        }
        Long before = versions.putIfAbsent(cluster, version);
        if (before != null && before != version) {
            problems.add(cluster.writer.outcome() == Outcome.UNKNOWN
                    ? "%s: %s took effect twice, as versions %d and %d".formatted(key, cluster.writer, before, version)
                    : "%s: the value of version %d was read as version %d".formatted(key, before, version));
        }
    }

    private void addRead(Operation operation, Access read) {
        if (read.value() == null) {
            Objects.requireNonNull(byVersion.get(Access.ABSENT)).readers.add(operation);
            return;
        }
        Cluster cluster = byValue.get(read.value());
        if (cluster == null) {
            problems.add("%s: %s read %s, which no write left".formatted(key, operation, read.value()));
            return;
        }
        name(cluster, Objects.requireNonNull(read.version(), "a read has a version"));
        cluster.readers.add(operation);
    }

    private void addCheck(Operation operation, Access check) {
        Cluster cluster = byVersion.get(check.expected());
        if (cluster == null) {
            problems.add("%s: version %d was there for %s and for nobody else"
                    .formatted(key, check.expected(), operation));
        } else {
            cluster.readers.add(operation);
        }
    }

    /** Puts the write of a compare-and-set behind the write it started from. */
    private void chain(Operation operation, Access put) {
        if (put.expected() == null) {
            return;
        }
        Cluster cluster = Objects.requireNonNull(byValue.get(put.value()));
        Cluster from = byVersion.get(put.expected());
        if (from == null || from == cluster) {
            problems.add("%s: compare-and-set from version %d, which nobody saw: %s"
                    .formatted(key, put.expected(), operation));
        } else if (from.successor != null) {
            problems.add("%s: two compare-and-sets from version %d, an update is lost: %s and %s"
                    .formatted(key, put.expected(), from.successor.writer, operation));
        } else {
            from.successor = cluster;
            cluster.succeeds = true;
        }
    }

    /**
     * True when the key had the expected version, and no other, during the whole of the operation: somebody knew it before, and
     * somebody who was called afterwards still found it, or nobody wrote another one until then.
     */
    boolean heldThroughout(long expected, Operation operation) {
        Cluster cluster = byVersion.get(expected);
        if (cluster == null || cluster.firstReturn() >= operation.calledNanos()) {
            return false;
        }
        return cluster.lastCall() > operation.returnedNanos()
                || byValue.values().stream().allMatch(other -> cannotReplace(other, cluster, operation));
    }

    private static boolean cannotReplace(Cluster other, Cluster cluster, Operation during) {
        return other == cluster
                || other.writer.calledNanos() > during.returnedNanos()
                || other.firstReturn() < cluster.lastCall();
    }

    /** Adds what follows from this key alone. */
    void addTo(PrecedenceGraph graph) {
        for (Block block : blocks) {
            for (Cluster cluster : block.clusters) {
                cluster.readers.forEach(reader -> graph.edge(cluster.writer, reader, key));
                Cluster next = cluster.successor;
                if (next != null) {
                    cluster.readers.forEach(reader -> graph.edge(reader, next.writer, key));
                    graph.edge(cluster.writer, next.writer, key);
                }
            }
        }
        blocks.forEach(block -> addNext(block, graph));
    }

    /** Edges to the blocks right behind this one; those behind these follow. */
    private void addNext(Block block, PrecedenceGraph graph) {
        long firstReturn = Long.MAX_VALUE;
        for (int i = firstCalledAfter(block.firstReturn); i < blocks.size(); i++) {
            Block other = blocks.get(i);
            if (other.lastCall > firstReturn) {
                return;
            }
            if (other != block) {
                addEdges(block, other, graph);
                firstReturn = Math.min(firstReturn, other.firstReturn);
            }
        }
    }

    private int firstCalledAfter(long moment) {
        int low = 0;
        int high = blocks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (blocks.get(middle).lastCall > moment) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void addEdges(Block block, Block other, PrecedenceGraph graph) {
        block.end().forEach(operation -> graph.edge(operation, other.firstWriter(), key));
    }

    /**
     * Orders blocks that time leaves open where other keys decide: when something of one must come before something of the other, all of
     * it does. Returns whether anything was added.
     */
    boolean addWhatFollows(PrecedenceGraph graph) {
        boolean added = false;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            // A block whose last call is later than this one's first return is behind it already.
            for (int j = i + 1; j < blocks.size() && !block.isBefore(blocks.get(j)); j++) {
                Block other = blocks.get(j);
                if (!other.isBefore(block)) {
                    added |= orderByOthers(block, other, graph) || orderByOthers(other, block, graph);
                }
            }
        }
        return added;
    }

    private boolean orderByOthers(Block block, Block other, PrecedenceGraph graph) {
        boolean known = block.end().stream().allMatch(operation -> graph.hasEdge(operation, other.firstWriter()));
        if (known || !graph.reaches(block.firstWriter(), other.end())) {
            return false;
        }
        addEdges(block, other, graph);
        return true;
    }
}
