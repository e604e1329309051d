package dev.evenkeel.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the SGML-like files of TREC collections: upper or lower case tags, no common root, end tags that may be missing
 * inside topics, and text that need not be well-formed XML. Hence no XML parser.
 */
final class TrecMarkup {

    private static final Pattern LABEL =
            Pattern.compile("^\\s*(Number|Topic|Description)\\s*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private TrecMarkup() {}

    static List<TrecDocument> documents(String file) {
        List<TrecDocument> documents = new ArrayList<>();
        for (String element : elements(file, "doc")) {
            documents.add(new TrecDocument(text(element, "docno"), text(element, "title"), body(element)));
        }
        return documents;
    }

    static List<TrecQuery> queries(String file) {
        List<TrecQuery> queries = new ArrayList<>();
        for (String element : elements(file, "top")) {
            queries.add(new TrecQuery(text(element, "num"), queries.size() + 1, text(element, "title")));
        }
        return queries;
    }

    private static List<String> elements(String file, String tag) {
        List<String> elements = new ArrayList<>();
        Matcher matcher = Pattern.compile("<" + tag + ">(.*?)</" + tag + ">", Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
                .matcher(file);
        while (matcher.find()) {
            elements.add(matcher.group(1));
        }
        return elements;
    }

    /** The text of the first element with this tag, up to its end tag or the next tag; empty when there is none. */
    private static String text(String element, String tag) {
        String lower = element.toLowerCase(Locale.ROOT);
        int start = lower.indexOf("<" + tag + ">");
        if (start < 0) {
            return "";
        }
        int from = start + tag.length() + 2;
        int to = lower.indexOf("</" + tag + ">", from);
        if (to < 0) {
            to = lower.indexOf('<', from);
        }
        return clean(element.substring(from, to < 0 ? element.length() : to));
    }

    private static String body(String element) {
        String text = text(element, "text");
        return text.isEmpty() ? text(element, "abstract") : text;
    }

    private static String clean(String raw) {
        String plain = LABEL.matcher(raw)
                .replaceFirst("")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
        return SPACE.matcher(plain).replaceAll(" ").strip();
    }
}
