package dev.evenkeel.knowledge.notes.engine;

/** The form in which headings and the fragments of links are compared: that of the anchors of rendered Markdown. */
public final class HeadingSlug {
    private HeadingSlug() {}

    /** Letters, digits, {@code _} and {@code -} in lower case, with white space as {@code -}; empty when there are none. */
    public static String of(String heading) {
        String text = KeyText.of(heading);
        StringBuilder slug = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c)
                    || c == '_'
                    || c == '-'
                    || Character.getType(c) == Character.NON_SPACING_MARK) {
                slug.appendCodePoint(c);
            } else if (c == ' ') {
                slug.append('-');
            }
        });
        return slug.toString();
    }
}
