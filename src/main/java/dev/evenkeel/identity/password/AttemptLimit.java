package dev.evenkeel.identity.password;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Attempts of each key: a bucket of them that fills again evenly. Lives in memory and holds a bounded number of keys; the
 * one not seen for longest is forgotten first.
 */
final class AttemptLimit {
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int attempts;
    private final long refillNanos;
    private final LongSupplier clock;
    private final Map<String, Bucket> buckets;

    AttemptLimit(int attempts, Duration window, int maxKeys, LongSupplier clock) {
        this.attempts = attempts;
        this.refillNanos = Math.max(1, window.toNanos() / attempts);
        this.clock = clock;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > maxKeys;
            }
        };
    }

    /**
     * One attempt too many.
     *
     * @param retryAfter when the next one is allowed
     * @param toBeReported whether it is the first in a while, so that reports do not become a flood themselves
     */
    record Refusal(Duration retryAfter, boolean toBeReported) {}

    /** Takes an attempt, or says when there will be one. */
    synchronized Optional<Refusal> take(String key) {
        long now = clock.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(key, unused -> new Bucket(now, refillNanos * attempts));
        bucket.credit = Math.min(refillNanos * attempts, bucket.credit + (now - bucket.at));
        bucket.at = now;
        if (bucket.credit >= refillNanos) {
            bucket.credit -= refillNanos;
            return Optional.empty();
        }
        boolean report = !bucket.reported || now - bucket.reportedAt > REPORT_INTERVAL_NANOS;
        if (report) {
            bucket.reported = true;
            bucket.reportedAt = now;
        }
        return Optional.of(new Refusal(Duration.ofNanos(refillNanos - bucket.credit), report));
    }

    /** Gives an attempt back. */
    synchronized void giveBack(String key) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            bucket.credit = Math.min(refillNanos * attempts, bucket.credit + refillNanos);
        }
    }

    synchronized int keys() {
        return buckets.size();
    }

    private static final class Bucket {
        private long at;
        private long credit;
        private boolean reported;
        private long reportedAt;

        private Bucket(long at, long credit) {
            this.at = at;
            this.credit = credit;
        }
    }
}
