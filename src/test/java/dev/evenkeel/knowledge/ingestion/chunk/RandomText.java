package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.List;
import java.util.Random;

/** Texts with a bit of everything that makes cutting hard. */
final class RandomText {

    private static final List<String> WORDS = List.of(
            "a",
            "the",
            "token",
            "indivisible",
            "Größe",
            "naïve",
            "функция",
            "数据库",
            "東京タワー",
            "한국어",
            "ภาษาไทย",
            "مرحبا",
            "hello_world",
            "camelCaseName",
            "x1",
            "3.14159",
            "1234567890",
            "http://example.org/a/b?c=d",
            "e.g.",
            "end.",
            "what?",
            "(so)",
            "\"quoted.\"",
            "—",
            "***",
            "`code`",
            "[link](target)",
            "<b>",
            "&amp;",
            "don't",
            "it's",
            "<|endoftext|>",
            "e\u0301",
            "👩‍👩‍👧‍👦",
            "👍🏽",
            "🇩🇪🇫🇷",
            "각",
            "\u200B",
            "\u00A0",
            "\u2028",
            "\u001C",
            "\u0085",
            "ﷺ");

    private static final List<String> LINE_STARTS = List.of(
            "# ",
            "## ",
            "### ",
            "- ",
            "1. ",
            "> ",
            "    ",
            "\t",
            "```\n",
            "~~~\n",
            "| a | b |\n|---|---|\n",
            "---\n",
            "def f(x):\n    ",
            "class A {\n",
            "}\n",
            "func main() {\n",
            "// ",
            "/* ",
            " */",
            "\"\"\"\n",
            "@decorator\n",
            "  - ",
            "import x;\n",
            "=====\n",
            "<!-- ",
            "[ref]: /url\n");

    private static final List<String> KNOTS = List.of(
            "'",
            "s",
            "ll",
            "LL",
            "ve",
            "\u017f",
            "t",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "7",
            "42",
            "\u00bd",
            "\u2163",
            "\u0663",
            "\u0301",
            "\ud835\udd04",
            "\ud835\udfd8",
            "\ud842\udfb7",
            "字",
            "ß",
            "\u01c5",
            "\u02b0",
            "-",
            ".",
            "_",
            "\u00a0",
            "\u3000",
            "\u0000",
            "word",
            "Größe");

    private final Random random;

    RandomText(Random random) {
        this.random = random;
    }

    String document(int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            if (random.nextInt(3) == 0) {
                text.append(pick(LINE_STARTS));
            }
            appendLine(text);
            text.append("\n".repeat(random.nextInt(20) == 0 ? 50 : 1 + random.nextInt(2)));
        }
        return text.toString();
    }

    /** Short strings in which letters, numbers, marks, quotes and white space stand close together. */
    String knots(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(pick(KNOTS));
        }
        return text.toString();
    }

    private void appendLine(StringBuilder text) {
        switch (random.nextInt(12)) {
            case 0 ->
                text.append(String.valueOf((char) ('!' + random.nextInt(90))).repeat(random.nextInt(3000)));
            case 1 -> text.append(pick(WORDS).repeat(random.nextInt(300)));
            case 2 -> text.append(" ".repeat(random.nextInt(600)));
            case 3 -> text.append("e").append("\u0301".repeat(random.nextInt(800)));
            case 4 -> appendRandomCodePoints(text, random.nextInt(400));
            case 5 -> appendWords(text, random.nextInt(600));
            default -> appendWords(text, random.nextInt(25));
        }
    }

    private void appendWords(StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            text.append(pick(WORDS)).append(" ".repeat(random.nextInt(12) == 0 ? 3 : 1));
        }
    }

    private void appendRandomCodePoints(StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            int codePoint = random.nextInt(4) == 0 ? random.nextInt(0x20000) : random.nextInt(0x3000);
            if (Character.isDefined(codePoint)
                    && Character.getType(codePoint) != Character.SURROGATE
                    && codePoint != 0) {
                text.appendCodePoint(codePoint);
            }
        }
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
