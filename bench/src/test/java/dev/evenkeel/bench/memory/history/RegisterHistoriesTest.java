package dev.evenkeel.bench.memory.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check by versions against the search over all orders, on random histories of one key. */
class RegisterHistoriesTest {

    private static final int HISTORIES = 20_000;

    /** A register that takes effect at random moments of its operations and now and then answers with something else. */
    private static List<Operation> history(Random random, boolean faulty) {
        Histories history = new Histories();
        long version = 0;
        String value = "";
        List<String> values = new ArrayList<>();
        int operations = 3 + random.nextInt(6);
        int fault = faulty ? random.nextInt(operations) : -1;
        for (int i = 0; i < operations; i++) {
            // Moments are 10 apart; intervals reach over their neighbours, so that operations overlap.
            long moment = 1000 + i * 10L;
            long called = moment - 1 - random.nextInt(25);
            long returned = moment + 1 + random.nextInt(25);
            long shown = i == fault ? Math.max(0, version - 1 + random.nextInt(3)) : version;
            String written = "v" + i;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (shown == 0) {
                        history.done(called, returned, Access.missing("k"));
                    } else {
                        String seen = i == fault && shown <= values.size() ? values.get((int) shown - 1) : value;
                        history.done(called, returned, Access.read("k", seen, shown));
                    }
                }
                case 2 -> {
                    long expected = random.nextInt(3) == 0 ? version + 1 : version;
                    if (expected == version) {
                        version++;
                        value = written;
                        values.add(written);
                        history.done(called, returned, Access.put("k", written, expected, shown + 1));
                    } else {
                        history.refused(
                                called, returned, Access.put("k", written, i == fault ? version : expected, null));
                    }
                }
                default -> {
                    boolean answered = random.nextInt(4) != 0;
                    boolean effective = answered || random.nextBoolean();
                    if (effective) {
                        version++;
                        value = written;
                        values.add(written);
                    }
                    if (answered) {
                        history.done(called, returned, Access.put("k", written, null, shown + 1));
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

            // Then nothing sound is called a violation, and hardly any violation is missed
            if (sound) {
                assertThat(problems).as("%s", described(history)).isEmpty();
            } else {
                unsound++;
                missed += problems.isEmpty() ? 1 : 0;
            }
        }
        System.out.println(unsound + " unsound histories, " + missed + " missed");
        assertThat(unsound).isGreaterThan(HISTORIES / 10);
        assertThat(missed).isLessThan(unsound / 100);
    }
}
