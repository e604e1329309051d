package dev.evenkeel.knowledge.notes.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tags and aliases in front of a document, in any of the ways in which people write lists there. */
final class FrontMatter {
    private FrontMatter() {}

    /** The tags: a list, or words with commas or spaces between them. */
    static List<String> tags(Map<String, Object> frontMatter) {
        List<String> tags = new ArrayList<>();
        for (String item : items(frontMatter, "tags", "tag")) {
            for (String word : item.split("[,\\s]+")) {
                Tags.normal(word).ifPresent(tags::add);
            }
        }
        return tags;
    }

    /** The aliases: a list, or one name. */
    static List<String> aliases(Map<String, Object> frontMatter) {
        return items(frontMatter, "aliases", "alias");
    }

    private static List<String> items(Map<String, Object> frontMatter, String... keys) {
        List<String> items = new ArrayList<>();
        frontMatter.forEach((key, value) -> {
            if (List.of(keys).contains(key.toLowerCase(Locale.ROOT))) {
                List<?> values = value instanceof List<?> list ? list : List.of(value);
                values.forEach(each -> addItems(items, String.valueOf(each).strip()));
            }
        });
        return items;
    }

    private static void addItems(List<String> items, String value) {
        if (value.startsWith("[") && value.endsWith("]") && !value.startsWith("[[")) {
            flowItems(value.substring(1, value.length() - 1)).forEach(item -> add(items, item));
        } else {
            add(items, value);
        }
    }

    private static void add(List<String> items, String value) {
        String text = value.strip();
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") && text.endsWith("\"") || text.startsWith("'") && text.endsWith("'"));
        String item = quoted ? text.substring(1, text.length() - 1).strip() : text;
        if (!item.isEmpty()) {
            items.add(item);
        }
    }

    /** Items between commas, except for commas in quotes. */
    private static List<String> flowItems(String list) {
        List<String> items = new ArrayList<>();
        char quote = 0;
        int start = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'' && list.substring(start, i).isBlank()) {
                quote = c;
            } else if (c == ',') {
                items.add(list.substring(start, i));
                start = i + 1;
            }
        }
        items.add(list.substring(start));
        return items;
    }
}
