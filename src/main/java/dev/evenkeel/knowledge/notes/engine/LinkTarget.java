package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leads: a document and perhaps a heading of it.
 *
 * @param heading as written, null for none; a block is written with {@code ^} in front
 */
record LinkTarget(String document, @Nullable String heading) {
    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:");
    private static final Pattern WIKI_SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+://");
    private static final Pattern ENDING = Pattern.compile("[A-Za-z0-9]{1,8}");

    /** The target between the brackets of a wikilink; empty when it is an address or a place in the same document. */
    static Optional<LinkTarget> ofWikilink(String written) {
        int hash = written.indexOf('#');
        String document = (hash < 0 ? written : written.substring(0, hash)).strip();
        // Of a path of headings the last says where.
        String heading =
                hash < 0 ? "" : written.substring(written.lastIndexOf('#') + 1).strip();
        return WIKI_SCHEME.matcher(document).find() ? Optional.empty() : of(document, heading);
    }

    /** The destination of a Markdown link; empty when it is an address or a place in the same document. */
    static Optional<LinkTarget> ofDestination(String destination) {
        if (destination.startsWith("//") || SCHEME.matcher(destination).find()) {
            return Optional.empty();
        }
        int hash = destination.indexOf('#');
        String path = hash < 0 ? destination : destination.substring(0, hash);
        int query = path.indexOf('?');
        String heading = hash < 0 ? "" : destination.substring(hash + 1);
        return of(
                decoded(query < 0 ? path : path.substring(0, query)).strip(),
                decoded(heading).strip());
    }

    private static Optional<LinkTarget> of(String document, String heading) {
        boolean usable = !document.isEmpty()
                && document.length() <= NoteLink.MAX_TARGET_CHARS
                && heading.length() <= NoteLink.MAX_TARGET_CHARS
                && document.chars().noneMatch(Character::isISOControl)
                && heading.chars().noneMatch(Character::isISOControl);
        return usable ? Optional.of(new LinkTarget(document, heading.isEmpty() ? null : heading)) : Optional.empty();
    }

    /** Whether what it names could be a document: it has no ending, or that of a type which is read as text. */
    boolean mayBeDocument() {
        String name = KeyText.name(document);
        int dot = name.lastIndexOf('.');
        String ending = dot <= 0 ? "" : name.substring(dot + 1);
        return !ENDING.matcher(ending).matches()
                || DocumentType.ofFileName("name." + ending.toLowerCase(Locale.ROOT))
                        .filter(type -> type != DocumentType.IMAGE)
                        .isPresent();
    }

    /** The text without percent encoding; as it is when that is broken. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            int high = i + 2 < encoded.length && encoded[i] == '%' ? Character.digit(encoded[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded[i + 2], 16);
            if (low < 0) {
                bytes.put(encoded[i]);
            } else {
                bytes.put((byte) (high * 16 + low));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(bytes.flip())
                    .toString();
        } catch (CharacterCodingException brokenEncoding) {
            return text;
        }
    }
}
