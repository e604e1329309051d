package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The one order in which the writes of a key that is never deleted can have happened: versions count from 1 without a gap, and every
 * value is written by one operation only. A write without an answer gets its version from whoever read its value or, unread, from
 * a version that nobody else claims.
 */
final class VersionOrder {

    private record Event(Operation operation, Access access) {}

    private final String key;
    private final List<String> problems;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Event> writerOfValue = new HashMap<>();
    private final NavigableMap<Long, Operation> writers = new TreeMap<>();
    private final NavigableMap<Long, List<Operation>> readers = new TreeMap<>();
    private final Map<Long, Long> versions = new HashMap<>();

    VersionOrder(String key, List<Operation> history, List<String> problems) {
        this.key = key;
        this.problems = problems;
        for (Operation operation : history) {
            operation.accesses().stream()
                    .filter(access -> access.key().equals(key))
                    .forEach(access -> events.add(new Event(operation, access)));
        }
        indexValues();
        placeAnsweredWrites();
        placeReads();
    }

    private void indexValues() {
        for (Event event : events) {
            String value = event.access.value();
            if (event.access.kind() == Access.Kind.PUT
                    && writerOfValue.put(Objects.requireNonNull(value), event) != null) {
                throw new IllegalArgumentException("two operations write " + value + " to " + key);
            }
        }
    }

    private void placeAnsweredWrites() {
        for (Event event : events) {
            if (event.operation.outcome() == Outcome.DONE && event.access.kind() == Access.Kind.PUT) {
                place(event, Objects.requireNonNull(event.access.version(), "a done put has a version"));
            }
        }
    }

    private void place(Event write, long version) {
        Operation other = writers.putIfAbsent(version, write.operation);
        if (other != null && other != write.operation) {
            problems.add("%s: version %d was given to %s and to %s".formatted(key, version, other, write.operation));
        }
        Long before = versions.putIfAbsent(write.operation.id(), version);
        if (before != null && before != version) {
            problems.add("%s: %s took effect twice, as versions %d and %d"
                    .formatted(key, write.operation, before, version));
        }
        Long expected = write.access.expected();
        if (expected != null && version != expected + 1) {
            problems.add("%s: compare-and-set from version %d became version %d: %s"
                    .formatted(key, expected, version, write.operation));
        }
    }

    private void placeReads() {
        for (Event event : events) {
            Access access = event.access;
            if (event.operation.outcome() != Outcome.DONE || access.writes()) {
                continue;
            }
            long version = Objects.requireNonNull(access.version(), "an answered read has a version");
            readers.computeIfAbsent(version, v -> new ArrayList<>()).add(event.operation);
            if (access.value() != null) {
                seen(event.operation, access.value(), version);
            }
        }
    }

    private void seen(Operation reader, String value, long version) {
        Event writer = writerOfValue.get(value);
        if (writer == null) {
            problems.add("%s: %s read %s, which nobody wrote".formatted(key, reader, value));
        } else if (writer.operation.outcome() == Outcome.REFUSED) {
            problems.add("%s: %s read %s of a refused write: %s".formatted(key, reader, value, writer.operation));
        } else if (writer.operation.outcome() == Outcome.UNKNOWN) {
            place(writer, version);
        } else if (!Objects.equals(versions.get(writer.operation.id()), version)) {
            problems.add("%s: %s read %s as version %d, but it was written as version %d: %s"
                    .formatted(key, reader, value, version, versions.get(writer.operation.id()), writer.operation));
        }
    }

    /**
     * Looks for a write without an answer behind every version that nobody claims.
     *
     * @param tookEffect ids of operations that are known to have taken effect on another key, and so on this one
     */
    void explainGaps(Set<Long> tookEffect) {
        List<Event> unseen = events.stream().filter(this::unseen).toList();
        List<Long> gaps = LongStream.rangeClosed(1, highest())
                .filter(version -> !writers.containsKey(version))
                .boxed()
                .toList();
        List<Long> deadlines = gaps.stream().map(this::latest).toList();
        GapMatching matching = new GapMatching(gaps.size(), unseen.size(), (gap, write) -> {
            Event event = unseen.get(write);
            Long expected = event.access.expected();
            return event.operation.calledNanos() <= deadlines.get(gap)
                    && (expected == null || expected + 1 == gaps.get(gap));
        });
        List<Integer> mustBeThere = IntStream.range(0, unseen.size())
                .filter(i -> tookEffect.contains(unseen.get(i).operation.id()))
                .boxed()
                .toList();
        List<Integer> missing = matching.matchWrites(mustBeThere);
        // After the last version that anybody saw there is room for writes that nobody saw.
        if (knownAtTheEnd()) {
            missing.forEach(write -> problems.add("%s: a part of %s is missing, another key has it"
                    .formatted(key, unseen.get(write).operation)));
        }
        matching.matchGaps()
                .forEach(gap -> problems.add("%s: nobody wrote version %d, an update was lost or counted twice"
                        .formatted(key, gaps.get(gap))));
    }

    /** A write that may have taken effect although nobody was told or saw it. */
    private boolean unseen(Event event) {
        return event.operation.outcome() == Outcome.UNKNOWN
                && event.access.writes()
                && !versions.containsKey(event.operation.id());
    }

    /** True when somebody read the key after everything else had ended. */
    private boolean knownAtTheEnd() {
        long lastCall = events.stream()
                .filter(event -> event.access.writes())
                .mapToLong(event -> event.operation.calledNanos())
                .max()
                .orElse(Long.MIN_VALUE);
        List<Operation> last = readers.getOrDefault(highest(), List.of());
        return last.stream().anyMatch(reader -> reader.calledNanos() > lastCall);
    }

    /** The moment by which the version must have been there: the first return of anyone who saw or wrote it or a later one. */
    private long latest(long version) {
        long latest = Operation.NEVER;
        for (Operation writer : writers.tailMap(version, true).values()) {
            latest = Math.min(latest, writer.returnedNanos());
        }
        for (List<Operation> some : readers.tailMap(version, true).values()) {
            for (Operation reader : some) {
                latest = Math.min(latest, reader.returnedNanos());
            }
        }
        return latest;
    }

    /** The moment before which the version cannot have been there; {@link Operation#NEVER} when it never was. */
    private long earliest(long version) {
        if (version > highest()) {
            return Operation.NEVER;
        }
        long earliest = Long.MIN_VALUE;
        for (Operation writer : writers.headMap(version, true).values()) {
            earliest = Math.max(earliest, writer.calledNanos());
        }
        return earliest;
    }

    /**
     * True when the key had the expected version, and no other, during the whole of the operation. Writes without an answer that
     * nobody saw may have happened after the last version, so that one counts only when none could.
     */
    boolean heldThroughout(long expected, Operation operation) {
        boolean thereBefore = expected == Access.ABSENT || latest(expected) < operation.calledNanos();
        return thereBefore && earliest(expected + 1) > operation.returnedNanos() && !mayHaveMovedOn(expected, operation);
    }

    private boolean mayHaveMovedOn(long version, Operation operation) {
        return version == highest()
                && events.stream()
                        .anyMatch(event ->
                                unseen(event) && event.operation.calledNanos() <= operation.returnedNanos());
    }

    private long highest() {
        long written = writers.isEmpty() ? 0 : writers.lastKey();
        return Math.max(written, readers.isEmpty() ? 0 : readers.lastKey());
    }

    /** Writes that took effect as somebody was told or saw, by the version they made. */
    NavigableMap<Long, Operation> writers() {
        return writers;
    }

    /** Those who saw a version, also by a condition that held. */
    List<Operation> readers(long version) {
        return readers.getOrDefault(version, List.of());
    }

    NavigableMap<Long, List<Operation>> allReaders() {
        return readers;
    }

    /** True when the operation is known to have made a version of this key. */
    boolean hasWriteOf(Operation operation) {
        return versions.containsKey(operation.id());
    }

    String key() {
        return key;
    }
}
