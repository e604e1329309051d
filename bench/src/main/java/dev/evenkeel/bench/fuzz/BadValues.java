package dev.evenkeel.bench.fuzz;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Values that break careless code. */
final class BadValues {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "-1",
            "0",
            "99999999999999999999",
            "1e308",
            "NaN",
            "true",
            "abc",
            "'; drop table x; --",
            "\" or \"\"=\"",
            "%",
            "_%_%",
            "\\",
            "../../etc/passwd",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/a}",
            "{{7*7}}",
            "\u0000",
            "a\u0000b",
            "\uFFFF",
            "🦊🦊🦊",
            "\u202Eabc",
            "ﬀ ß İ ı",
            "00000000-0000-0000-0000-000000000000",
            "0190a0a0-0000-7000-8000-00000000000g",
            "2026-13-45T99:99:99Z",
            "*",
            "(((((",
            "a&b|!c<->d:*",
            "[",
            "{}",
            "\r\nX-Injected: 1");
    private static final List<String> JSON = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "12345678901234567890123",
            "\"\"",
            "\" \"",
            "[]",
            "{}",
            "[null]",
            "[[[[]]]]",
            "{\"a\":{\"b\":1}}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"2026-13-45\"",
            "\"not-a-uuid\"",
            "[\"x\",1,null]");

    private final Random random;

    BadValues(Random random) {
        this.random = random;
    }

    <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    String text() {
        return switch (random.nextInt(6)) {
            case 0 -> "x".repeat(1 << random.nextInt(13));
            case 1 -> unicode(random.nextInt(60));
            default -> oneOf(TEXTS);
        };
    }

    String json() {
        return switch (random.nextInt(6)) {
            case 0 -> "\"" + "y".repeat(1 << random.nextInt(17)) + "\"";
            case 1 -> "[".repeat(1 << random.nextInt(13));
            default -> oneOf(JSON);
        };
    }

    String encoded() {
        return random.nextInt(8) == 0
                ? oneOf(List.of("%00", "%2e%2e%2f", "%ff%fe", "%C0%80", ";a=b", "%25"))
                : URLEncoder.encode(text(), StandardCharsets.UTF_8);
    }

    byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String unicode(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(0xD7FF));
        }
        return text.toString();
    }
}
