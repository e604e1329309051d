package dev.evenkeel.knowledge.ingestion.extract;

import java.util.regex.Pattern;

/** Turns the source of a Markdown heading into its title without markup. */
final class HeadingTitle {

    private static final int MAX_SOURCE_CHARS = 1000;
    private static final int MAX_TITLE_CHARS = 200;

    private static final Pattern ATX_START = Pattern.compile("^ {0,3}#{1,6}(?=[ \\t]|$)");
    private static final Pattern ATX_END = Pattern.compile("(?:^|[ \\t])#+[ \\t]*$");
    private static final Pattern SETEXT_UNDERLINE = Pattern.compile("\\n[ \\t>]*(?:=+|-+)[ \\t]*$");
    private static final Pattern ATTRIBUTES = Pattern.compile("\\{[#.][^{}]*\\}\\s*$");
    private static final Pattern WIKI_LINK = Pattern.compile("\\[\\[(?:[^\\[\\]|]*\\|)?([^\\[\\]|]*)\\]\\]");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\[\\]]*)\\](?:\\([^()]*\\)|\\[[^\\[\\]]*\\])");
    private static final Pattern TAG = Pattern.compile("</?[A-Za-z][^<>]*>");
    private static final Pattern STRONG_OR_CODE = Pattern.compile("\\*\\*|__|~~|`+");
    private static final Pattern EMPHASIS = Pattern.compile("(?<![\\w*])[*_](?=[^\\s*_])|(?<=[^\\s*_])[*_](?![\\w*])");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(\\p{Punct})");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private HeadingTitle() {}

    static String of(String source) {
        String raw = truncate(source, MAX_SOURCE_CHARS);
        String title = ATX_START.matcher(raw).find()
                ? ATX_END.matcher(ATX_START.matcher(raw).replaceFirst("")).replaceFirst("")
                : SETEXT_UNDERLINE.matcher(raw).replaceFirst("");
        title = ATTRIBUTES.matcher(title).replaceFirst("");
        title = WIKI_LINK.matcher(title).replaceAll("$1");
        title = LINK.matcher(title).replaceAll("$1");
        title = LINK.matcher(title).replaceAll("$1");
        title = TAG.matcher(title).replaceAll("");
        title = STRONG_OR_CODE.matcher(title).replaceAll("");
        title = EMPHASIS.matcher(title).replaceAll("");
        title = ESCAPE.matcher(title).replaceAll("$1");
        return truncate(SPACES.matcher(title).replaceAll(" ").strip(), MAX_TITLE_CHARS);
    }

    static String truncate(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
        return text.substring(0, end);
    }
}
