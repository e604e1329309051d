package dev.evenkeel.bench.memory.history;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask several replicas at the same time, on few keys so that they meet: puts, compare-and-sets, reads, batches and
 * transactions. A client never repeats a request, so whatever happens twice is the service's own doing.
 */
public final class HistoryClients implements AutoCloseable {

    private static final int REGISTERS = 5;
    private static final int PAIRS = 3;
    private static final int ACCOUNTS = 6;
    /** Keys with deletes change with the number of requests, because the search over one key must stay small. */
    private static final int REQUESTS_PER_DELETED_KEY = 30;

    private static final int LONGEST_PAUSE_MILLIS = 20;
    private static final long PAUSE_AFTER_REFUSED_CONNECTION_MILLIS = 50;

    private final int replicas;
    private final IntFunction<URI> addressOf;
    private final String token;
    private final String namespace;
    private final HistoryFile file;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong onDeletedKeys = new AtomicLong();
    private final AtomicLongArray outcomes = new AtomicLongArray(Outcome.values().length);
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopped;

    /**
     * @param addressOf base address of the replica with the given number, from 0; asked before each request, for it may move
     * @param namespace one that nobody else writes to
     */
    public HistoryClients(
            int replicas, IntFunction<URI> addressOf, String token, String namespace, HistoryFile file) {
        this.replicas = replicas;
        this.addressOf = addressOf;
        this.token = token;
        this.namespace = namespace;
        this.file = file;
    }

    /** Starts the clients, which go on until {@link #close}. */
    public HistoryClients start(int clients, long seed) {
        for (int number = 0; number < clients; number++) {
            Client client = new Client(number, new SplittableRandom(seed * 31 + number));
            Thread thread = new Thread(client::run, "history-client-" + number);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return this;
    }

    /** Requests whose outcome is part of the history so far. */
    public Map<Outcome, Long> outcomes() {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, outcomes.get(outcome.ordinal()));
        }
        return counts;
    }

    /** Lets every client end its request; fails when one of them got an answer that no server may give. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
        if (!failures.isEmpty()) {
            IllegalStateException failure = new IllegalStateException("a client ended early: " + failures.get(0));
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Reads every key at every replica; call it after {@link #close}, with all replicas ready, so that nothing can hide at the end. */
    public void readAll() {
        List<String> keys = new ArrayList<>(registers());
        IntStream.range(0, PAIRS).forEach(pair -> keys.addAll(pair(pair)));
        keys.addAll(accounts());
        for (int replica = 0; replica < replicas; replica++) {
            int at = replica;
            Client reader = new Client(-1, new SplittableRandom(replica));
            if (!reader.perform(at, "batch-load of all keys", calls -> calls.batchLoad(keys))) {
                throw new IllegalStateException("replica " + replica + " did not answer the last read");
            }
        }
    }

    private static List<String> registers() {
        return IntStream.range(0, REGISTERS).mapToObj(i -> "register-" + i).toList();
    }

    private static List<String> pair(int number) {
        return List.of("pair-" + number + "-left", "pair-" + number + "-right");
    }

    private static List<String> accounts() {
        return IntStream.range(0, ACCOUNTS).mapToObj(i -> "account-" + i).toList();
    }

    /** One request of a client, at one replica. */
    private interface Call {
        MemoryCalls.@Nullable Known with(MemoryCalls calls);
    }

    private final class Client {

        private final int number;
        private final SplittableRandom random;
        private final Map<URI, MemoryCalls> connections = new HashMap<>();
        /** The versions this client saw last, of which its compare-and-sets start. */
        private final Map<String, Long> lastSeen = new HashMap<>();

        Client(int number, SplittableRandom random) {
            this.number = number;
            this.random = random;
        }

        void run() {
            try {
                while (!stopped) {
                    step();
                }
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }

        private void step() {
            int replica = random.nextInt(replicas);
            String value = "c" + number + "-" + ids.get() + "-" + random.nextInt(1_000_000);
            int dice = random.nextInt(100);
            boolean reached;
            if (dice < 45) {
                reached = onRegister(replica, pick(registers()), value);
            } else if (dice < 65) {
                reached = onPair(replica, pair(random.nextInt(PAIRS)), value);
            } else if (dice < 85) {
                reached = onAccounts(replica, value);
            } else {
                reached = onDeletedKey(replica, value);
            }
            // A pause now and then leaves a replica the processor it needs to start again.
            pause(reached ? random.nextInt(LONGEST_PAUSE_MILLIS) : PAUSE_AFTER_REFUSED_CONNECTION_MILLIS);
        }

        private boolean onRegister(int replica, String key, String value) {
            Long seen = lastSeen.get(key);
            return switch (random.nextInt(seen == null ? 2 : 5)) {
                case 0 -> perform(replica, "put " + key, calls -> calls.put(key, value, null));
                case 1, 2 -> perform(replica, "get " + key, calls -> calls.get(key));
                default ->
                    perform(replica, "put " + key + " if " + seen, calls -> calls.put(key, value, seen));
            };
        }

        private boolean onPair(int replica, List<String> pair, String value) {
            return switch (random.nextInt(4)) {
                case 0 -> perform(replica, "batch-store " + pair, calls -> calls.batchStore(pair, value));
                case 1 -> {
                    List<Access> puts = pair.stream()
                            .map(key -> Access.put(key, value, null, null))
                            .toList();
                    yield perform(replica, "transaction on " + pair, calls -> calls.transaction(puts));
                }
                default -> perform(replica, "batch-load " + pair, calls -> calls.batchLoad(pair));
            };
        }

        /** Transactions on any two accounts under a condition on a third, and reads of all. */
        private boolean onAccounts(int replica, String value) {
            if (random.nextBoolean()) {
                return perform(replica, "batch-load accounts", calls -> calls.batchLoad(accounts()));
            }
            List<String> keys = shuffled(accounts());
            List<Access> intent = new ArrayList<>();
            intent.add(Access.put(keys.get(0), value, null, null));
            intent.add(Access.put(keys.get(1), value, lastSeen.get(keys.get(1)), null));
            Long seen = lastSeen.get(keys.get(2));
            if (seen != null && random.nextBoolean()) {
                intent.add(Access.check(keys.get(2), seen));
            }
            return perform(replica, "transaction on " + intent.size() + " accounts", calls -> calls.transaction(intent));
        }

        private boolean onDeletedKey(int replica, String value) {
            String key = "deleted-" + onDeletedKeys.getAndIncrement() / REQUESTS_PER_DELETED_KEY;
            return switch (random.nextInt(5)) {
                case 0 -> perform(replica, "delete " + key, calls -> calls.delete(key));
                case 1 -> perform(replica, "put " + key, calls -> calls.put(key, value, null));
                case 2 ->
                    perform(replica, "put " + key + " if absent", calls -> calls.put(key, value, Access.ABSENT));
                default -> perform(replica, "get " + key, calls -> calls.get(key));
            };
        }

        /** Sends one request and records what is known afterwards; false when the replica was not there. */
        private boolean perform(int replica, String request, Call call) {
            URI address = addressOf.apply(replica);
            MemoryCalls calls =
                    connections.computeIfAbsent(address, where -> new MemoryCalls(where, token, namespace));
            long id = ids.getAndIncrement();
            long called = System.nanoTime();
            MemoryCalls.Known known = call.with(calls);
            long returned = System.nanoTime();
            if (known == null) {
                return false;
            }
            known.accesses().stream()
                    .filter(access -> access.version() != null && known.outcome() == Outcome.DONE)
                    .forEach(access -> lastSeen.put(access.key(), Objects.requireNonNull(access.version())));
            outcomes.incrementAndGet(known.outcome().ordinal());
            file.append(new Operation(
                    id,
                    number,
                    replica,
                    request,
                    called,
                    known.outcome() == Outcome.UNKNOWN ? Operation.NEVER : returned,
                    known.outcome(),
                    known.accesses()));
            return true;
        }

        private String pick(List<String> keys) {
            return keys.get(random.nextInt(keys.size()));
        }

        private List<String> shuffled(List<String> keys) {
            List<String> shuffled = new ArrayList<>(keys);
            for (int i = shuffled.size() - 1; i > 0; i--) {
                Collections.swap(shuffled, i, random.nextInt(i + 1));
            }
            return shuffled;
        }

        private static void pause(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
