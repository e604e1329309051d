package dev.evenkeel.platform.search.embedding.model2vec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CharsmapTest {
    private static final int MAX_LENGTH = 1_000;

    /** A table as sentencepiece writes it, of a double array that is filled from the front. */
    static String charsmap(Map<String, String> replacements) {
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        Map<String, Integer> places = new TreeMap<>();
        new TreeMap<>(replacements).forEach((key, replacement) -> {
            places.put(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), texts.size());
            texts.writeBytes(replacement.getBytes(StandardCharsets.UTF_8));
            texts.write(0);
        });
        int[] units = new int[4096];
        boolean[] taken = new boolean[units.length];
        taken[0] = true;
        place("", 0, places, units, taken, new HashSet<>());
        ByteBuffer all =
                ByteBuffer.allocate(4 + 4 * units.length + texts.size()).order(ByteOrder.LITTLE_ENDIAN);
        all.putInt(4 * units.length);
        Arrays.stream(units).forEach(all::putInt);
        all.put(texts.toByteArray());
        return Base64.getEncoder().encodeToString(all.array());
    }

    private static void place(
            String prefix, int at, Map<String, Integer> places, int[] units, boolean[] taken, Set<Integer> bases) {
        List<Integer> labels = new ArrayList<>();
        boolean leaf = places.containsKey(prefix);
        if (leaf) {
            labels.add(0);
        }
        TreeSet<Character> next = new TreeSet<>();
        places.keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.length() > prefix.length())
                .forEach(key -> next.add(key.charAt(prefix.length())));
        next.forEach(c -> labels.add((int) c));
        int base = 256;
        // No two nodes have the same place for their children, or a label would be found below both.
        while (bases.contains(base) || anyTaken(base, labels, taken)) {
            base++;
        }
        bases.add(base);
        for (int label : labels) {
            taken[base ^ label] = true;
        }
        units[at] |= (at ^ base) << 10 | (leaf ? 1 << 8 : 0);
        if (leaf) {
            units[base] = 1 << 31 | Objects.requireNonNull(places.get(prefix));
        }
        for (char c : next) {
            units[base ^ c] = c;
            place(prefix + c, base ^ c, places, units, taken, bases);
        }
    }

    private static boolean anyTaken(int base, List<Integer> labels, boolean[] taken) {
        return labels.stream().anyMatch(label -> taken[base ^ label]);
    }

    private static String normal(Map<String, String> replacements, String text) {
        return Charsmap.of(charsmap(replacements), MAX_LENGTH).apply(text);
    }

    @Test
    void charactersAndClustersAreReplaced() {
        // Given
        Map<String, String> table = Map.of(
                "ﬁ", "fi", "Ａ", "A", "\u00a0", " ", "e\u0301", "é", "\r", " ", "\u00ad", "", "㍿", "株式会社", "ab", "!");
        // Then
        assertThat(normal(table, "oﬁ ＡＢ")).isEqualTo("ofi AＢ");
        assertThat(normal(table, "e\u0301x ex\u0301")).isEqualTo("éx ex\u0301");
        assertThat(normal(table, "a\u00a0b\u00adc")).isEqualTo("a bc");
        assertThat(normal(table, "㍿😀")).isEqualTo("株式会社😀");
        // A carriage return and a line feed are one cluster; a and b are two
        assertThat(normal(table, "a\r\nb\rc")).isEqualTo("a b c");
        assertThat(normal(table, "abc")).isEqualTo("abc");
        // A cluster of five bytes goes by its shortest key as a whole, one of seven by its characters
        assertThat(normal(table, "Ａ\u0301")).isEqualTo("A");
        assertThat(normal(table, "Ａ\u0301\u0301")).isEqualTo("A\u0301\u0301");
        assertThat(normal(table, "\ud800\udc00 \ud800 \udc00")).isEqualTo("\ud800\udc00 \ud800 \udc00");
        assertThat(normal(table, "")).isEmpty();
    }

    @Test
    void atMostSoMuchIsNormalised() {
        assertThat(normal(Map.of("a", "xyz"), "a".repeat(5_000))).hasSizeBetween(MAX_LENGTH, MAX_LENGTH + 3);
        assertThat(normal(Map.of("\u0301", "xyz"), "a" + "\u0301".repeat(5_000)))
                .hasSizeBetween(MAX_LENGTH, MAX_LENGTH + 3);
    }

    @Test
    void aBrokenTableIsRefusedOrReplacesSomethingElse() {
        // Given
        byte[] good = Base64.getDecoder().decode(charsmap(Map.of("Ａ", "A", "ﬁ", "fi", "e\u0301", "é")));
        Random random = new Random(23);
        for (String none : List.of("", "*", "AAAA", "AAAAAAAAAAA=", "/////////////w==")) {
            assertThatThrownBy(() -> Charsmap.of(none, MAX_LENGTH)).isInstanceOf(ModelFileException.class);
        }
        assertThatThrownBy(() -> Charsmap.of(charsmap(Map.of("a", "x".repeat(257))), MAX_LENGTH))
                .isInstanceOf(ModelFileException.class);
        for (int i = 0; i < 2_000; i++) {
            byte[] broken = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                // Most of the array is empty.
                int at = random.nextBoolean() ? random.nextInt(broken.length) : random.nextInt(2_000);
                broken[at] = (byte) random.nextInt(256);
            }
            // When, then
            try {
                assertThat(Charsmap.of(Base64.getEncoder().encodeToString(broken), MAX_LENGTH)
                                .apply("ＡＢ ﬁ e\u0301 \ud800 a"))
                        .isNotNull();
            } catch (ModelFileException refused) {
                assertThat(refused.getMessage()).contains("precompiled_charsmap");
            }
        }
    }
}
