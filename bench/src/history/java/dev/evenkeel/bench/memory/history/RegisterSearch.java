package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches an order of the operations on one key that explains every answer: Wing and Gong's search with Lowe's memory of the states
 * already tried. It knows deletes, which have no value to tell them apart, and is meant for at most a hundred operations on the key.
 */
final class RegisterSearch {

    /** @param version 0 stands for "not known": the write that made it was never answered */
    private record State(boolean present, long version, @Nullable String value) {
        static final State NOTHING = new State(false, 0, null);
    }

    private record Step(Operation operation, Access access) {}

    private record Visited(BitSet done, State state) {}

    private final List<Step> steps = new ArrayList<>();
    private final Set<Visited> visited = new HashSet<>();
    private final BitSet definite = new BitSet();
    /** Versions of answered writes, which a write without an answer cannot have. */
    private final Set<Long> told = new HashSet<>();

    RegisterSearch(String key, List<Operation> history) {
        for (Operation operation : history) {
            for (Access access : operation.accesses()) {
                boolean guess = operation.outcome() == Outcome.UNKNOWN;
                // A refusal of several conditions does not say which of them failed; a read without an answer says nothing.
                boolean mute = (guess && !access.writes())
                        || (operation.outcome() == Outcome.REFUSED
                                && (access.expected() == null
                                        || operation.accesses().size() > 1));
                if (access.key().equals(key) && !mute) {
                    definite.set(steps.size(), !guess);
                    steps.add(new Step(operation, access));
                    if (access.kind() == Access.Kind.PUT && access.version() != null) {
                        told.add(access.version());
                    }
                }
            }
        }
    }

    /** True when there is an order. */
    boolean explains() {
        return search(new BitSet(), State.NOTHING);
    }

    private boolean search(BitSet done, State state) {
        BitSet open = (BitSet) definite.clone();
        open.andNot(done);
        if (open.isEmpty()) {
            return true;
        }
        if (!visited.add(new Visited((BitSet) done.clone(), state))) {
            return false;
        }
        long deadline = open.stream()
                .mapToLong(i -> steps.get(i).operation.returnedNanos())
                .min()
                .orElseThrow();
        for (int i = 0; i < steps.size(); i++) {
            if (done.get(i) || steps.get(i).operation.calledNanos() > deadline) {
                continue;
            }
            State next = after(state, steps.get(i));
            if (next != null) {
                done.set(i);
                if (search(done, next)) {
                    return true;
                }
                done.clear(i);
            }
        }
        return false;
    }

    /** The state after the step; null when the step cannot have happened, or been answered so, in this state. */
    private @Nullable State after(State state, Step step) {
        Access access = step.access;
        Long expected = access.expected();
        if (step.operation.outcome() == Outcome.REFUSED) {
            return expected != null && definitelyHolds(state, expected) ? null : state;
        }
        if (expected != null && !mayHold(state, expected)) {
            return null;
        }
        State known = expected == null || !state.present ? state : new State(true, expected, state.value);
        return switch (access.kind()) {
            case PUT -> afterPut(access);
            case DELETE -> afterDelete(known, step);
            case CHECK -> known;
            case READ -> afterRead(known, access);
        };
    }

    private static boolean definitelyHolds(State state, long expected) {
        return expected == Access.ABSENT
                ? !state.present
                : state.present && state.version != 0 && state.version == expected;
    }

    private boolean mayHold(State state, long expected) {
        return expected == Access.ABSENT
                ? !state.present
                : state.present && (state.version == expected || (state.version == 0 && !told.contains(expected)));
    }

    private static State afterPut(Access put) {
        return new State(true, put.version() == null ? 0 : put.version(), put.value());
    }

    /** A delete that was answered with "not there" carries {@link Access#ABSENT} as its version. */
    private static @Nullable State afterDelete(State state, Step delete) {
        boolean saidMissing = Objects.equals(delete.access.version(), Access.ABSENT);
        if (delete.operation.outcome() == Outcome.DONE && saidMissing == state.present) {
            return null;
        }
        return State.NOTHING;
    }

    private static @Nullable State afterRead(State state, Access read) {
        if (read.value() == null) {
            return state.present ? null : state;
        }
        if (!state.present || !read.value().equals(state.value)) {
            return null;
        }
        long version = Objects.requireNonNull(read.version(), "a read has a version");
        if (state.version != 0 && state.version != version) {
            return null;
        }
        return new State(true, version, state.value);
    }
}
