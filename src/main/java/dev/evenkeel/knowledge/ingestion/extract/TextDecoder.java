package dev.evenkeel.knowledge.ingestion.extract;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Decodes bytes of unknown encoding: by a byte order mark, as UTF-8, and when that fails as windows-1252 if they look like a
 * text of a western language. Anything else is refused as binary.
 */
final class TextDecoder {

    /** Characters of windows-1252 for the bytes 80 to 9F; U+FFFD where it defines none. */
    private static final String WINDOWS_1252_80_TO_9F = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    /** In a text at most this share is zeros; UTF-16 without a mark has half or more. */
    private static final double MAX_NUL_SHARE = 0.4;

    /** In a text at most this share is control characters other than white space and escape. */
    private static final double MAX_CONTROL_SHARE = 0.1;

    /** In windows-1252 text of a western language at most this share of bytes is beyond ASCII. */
    private static final double MAX_WESTERN_SHARE = 0.3;

    /** Fewer broken sequences per good one and the text counts as UTF-8 with errors. */
    private static final double MAX_BROKEN_SHARE = 0.05;

    private TextDecoder() {}

    /**
     * Decodes a whole file.
     *
     * @throws ExtractionException {@code binary_content}
     */
    static DecodedText decode(byte[] bytes) {
        if (startsWith(bytes, 0xFF, 0xFE)) {
            return decodeUtf16(bytes, StandardCharsets.UTF_16LE);
        }
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return decodeUtf16(bytes, StandardCharsets.UTF_16BE);
        }
        refuseControlCharacters(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // The decoder writes U+FFFD for broken sequences; without one there was none.
        if (text.indexOf('\uFFFD') < 0) {
            return DecodedText.of(text, "UTF-8", List.of());
        }
        Utf8Sequences sequences = Utf8Sequences.count(bytes, false);
        if (sequences.broken() == 0) {
            return DecodedText.of(text, "UTF-8", List.of());
        }
        if (sequences.broken() <= sequences.good() * MAX_BROKEN_SHARE) {
            return DecodedText.of(
                    text,
                    "UTF-8",
                    List.of(sequences.broken() + " byte sequences that are not UTF-8 were replaced by U+FFFD."));
        }
        return decodeWestern(bytes);
    }

    /**
     * Refuses a file by its first bytes when they cannot be text.
     *
     * @param partial whether the file goes on after them
     */
    static void checkHead(byte[] head, boolean partial) {
        if (startsWith(head, 0xFF, 0xFE) || startsWith(head, 0xFE, 0xFF)) {
            return;
        }
        refuseControlCharacters(head);
        Utf8Sequences sequences = Utf8Sequences.count(head, partial);
        if (sequences.broken() > sequences.good() * MAX_BROKEN_SHARE) {
            refuseUnlessWestern(head);
        }
    }

    private static DecodedText decodeUtf16(byte[] bytes, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            CharBuffer chars = decoder.decode(ByteBuffer.wrap(bytes, 2, bytes.length - 2));
            return DecodedText.of(chars.toString(), charset.name(), List.of());
        } catch (CharacterCodingException e) {
            throw new ExtractionException(
                    ExtractionCode.BINARY_CONTENT, "The file starts as UTF-16 text but is not valid UTF-16.", e);
        }
    }

    private static DecodedText decodeWestern(byte[] bytes) {
        refuseUnlessWestern(bytes);
        char[] chars = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] & 0xFF;
            chars[i] = value >= 0x80 && value < 0xA0 ? WINDOWS_1252_80_TO_9F.charAt(value - 0x80) : (char) value;
        }
        return DecodedText.of(
                new String(chars),
                "windows-1252",
                List.of("The file is not UTF-8; it was read as windows-1252, so that some letters may be wrong."));
    }

    private static void refuseControlCharacters(byte[] bytes) {
        long nuls = 0;
        long controls = 0;
        for (byte b : bytes) {
            if (b == 0) {
                nuls++;
            } else if (b > 0 && b < ' ' && !(b >= 0x08 && b <= 0x0D) && b != 0x1B) {
                controls++;
            }
        }
        if (nuls > bytes.length * MAX_NUL_SHARE || controls > bytes.length * MAX_CONTROL_SHARE) {
            throw binary();
        }
    }

    private static void refuseUnlessWestern(byte[] bytes) {
        long high = 0;
        long odd = 0;
        for (byte b : bytes) {
            int value = b & 0xFF;
            if (value >= 0x80) {
                high++;
                odd += value < 0xA0 && WINDOWS_1252_80_TO_9F.charAt(value - 0x80) == '\uFFFD' ? 1 : 0;
            } else if (value < 0x08 || value == 0x7F) {
                odd++;
            }
        }
        if (odd > 0 || high > bytes.length * MAX_WESTERN_SHARE) {
            throw binary();
        }
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    private static ExtractionException binary() {
        return new ExtractionException(
                ExtractionCode.BINARY_CONTENT,
                "The file is not text in UTF-8, UTF-16 with a byte order mark, or windows-1252.");
    }
}
