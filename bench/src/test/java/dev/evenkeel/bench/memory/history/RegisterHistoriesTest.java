package dev.evenkeel.bench.memory.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check by versions against the search over all orders, on random histories of one key. */
class RegisterHistoriesTest {

    private static final int HISTORIES = 20_000;

    /** A register whose operations take effect at random moments between call and return; a faulty one answers wrong once. */
    private static List<Operation> history(Random random, boolean faulty) {
        Histories history = new Histories();
        // What was written and when it was replaced; versions are unique and in no order.
        List<String> values = new ArrayList<>(List.of("nothing"));
        List<Long> versions = new ArrayList<>(List.of(Access.ABSENT));
        // Versions that a client can know, because it was told or read them.
        List<Long> told = new ArrayList<>(List.of(Access.ABSENT));
        int operations = 3 + random.nextInt(6);
        int fault = faulty ? random.nextInt(operations) : -1;
        for (int i = 0; i < operations; i++) {
            // Moments are 10 apart; intervals reach over their neighbours, so that operations overlap.
            long moment = 1000 + i * 10L;
            long called = moment - 1 - random.nextInt(25);
            long returned = moment + 1 + random.nextInt(25);
            int now = values.size() - 1;
            int shown = i == fault ? random.nextInt(values.size()) : now;
            String written = "v" + i;
            long version = 1 + random.nextInt(1_000_000) * 10L + i;
            boolean answered = random.nextInt(4) != 0;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    told.add(versions.get(shown));
                    Access read =
                            shown == 0 ? Access.missing("k") : Access.read("k", values.get(shown), versions.get(shown));
                    history.done(called, returned, read);
                }
                case 2 -> {
                    boolean knows = told.contains(versions.get(now)) && random.nextInt(3) != 0;
                    long expected = knows ? versions.get(now) : told.get(random.nextInt(told.size()));
                    // The fault turns a success into a refusal, or the reverse.
                    if ((expected == versions.get(now)) == (i != fault)) {
                        values.add(written);
                        versions.add(version);
                        told.add(version);
                        history.done(called, returned, Access.put("k", written, expected, version));
                    } else {
                        history.refused(called, returned, Access.put("k", written, expected, null));
                    }
                }
                default -> {
                    if (answered || random.nextBoolean()) {
                        values.add(written);
                        versions.add(version);
                    }
                    if (answered) {
                        told.add(version);
                        history.done(called, returned, Access.put("k", written, null, version));
                    } else {
                        history.unknown(called, Access.put("k", written, null, null));
                    }
                }
            }
        }
        return history.operations();
    }

    private static Object described(List<Operation> history) {
        return new Object() {
            @Override
            public String toString() {
                StringBuilder text = new StringBuilder();
                history.forEach(operation -> text.append(operation.calledNanos())
                        .append(" to ")
                        .append(operation.returnedNanos())
                        .append(' ')
                        .append(operation.outcome())
                        .append(' ')
                        .append(operation.accesses())
                        .append('\n'));
                return text.toString();
            }
        };
    }

    @Test
    void agreesWithTheSearchOnSoundHistories() {
        Random random = new Random(1);
        for (int i = 0; i < HISTORIES; i++) {
            // Given
            List<Operation> history = history(random, false);

            // Then
            assertThat(new RegisterSearch("k", history).explains())
                    .as("%s", history)
                    .isTrue();
            assertThat(HistoryChecker.check(history))
                    .as("%s", described(history))
                    .isEmpty();
        }
    }

    @Test
    void agreesWithTheSearchOnFaultyHistories() {
        Random random = new Random(2);
        int unsound = 0;
        int missed = 0;
        for (int i = 0; i < HISTORIES; i++) {
            // Given
            List<Operation> history = history(random, true);

            // When
            boolean sound = new RegisterSearch("k", history).explains();
            List<String> problems = HistoryChecker.check(history);

            // Then nothing sound is called a violation, and few violations are missed (refusals are judged one by one)
            if (sound) {
                assertThat(problems).as("%s", described(history)).isEmpty();
            } else {
                unsound++;
                missed += problems.isEmpty() ? 1 : 0;
            }
        }
        assertThat(unsound).isGreaterThan(HISTORIES / 20);
        assertThat(missed).isLessThan(unsound / 20);
    }
}
