package dev.evenkeel.knowledge.ingestion.extract;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The bytes by which a kind of file is known.
 *
 * @param kind what the file is, for a message, with its article
 * @param offset of the signature in the file
 * @param bytes the signature
 */
record FileSignature(String kind, int offset, byte[] bytes) {

    /** A PDF header may have other bytes in front of it, up to this many in all (PDF 1.7, implementation note 13). */
    private static final int PDF_HEADER_WITHIN_BYTES = 1024;

    private static final byte[] PDF_HEADER = ascii("%PDF-");
    private static final byte[] ZIP_ENTRY = {'P', 'K', 3, 4};
    private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
    private static final byte[] DOS_HEADER = ascii("MZ");

    private static final List<FileSignature> BINARY = List.of(
            of("an ELF program", "7f454c46"),
            of("a Mach-O program", "feedface"),
            of("a Mach-O program", "feedfacf"),
            of("a Mach-O program", "cefaedfe"),
            of("a Mach-O program", "cffaedfe"),
            of("a Java class or a Mach-O program", "cafebabe"),
            of("a WebAssembly module", "0061736d"),
            of("a ZIP archive or an Office document", "504b0304"),
            of("a ZIP archive", "504b0506"),
            of("a gzip archive", "1f8b08"),
            of("an xz archive", "fd377a585a00"),
            of("a 7-Zip archive", "377abcaf271c"),
            of("a RAR archive", "526172211a07"),
            of("a Zstandard archive", "28b52ffd"),
            new FileSignature("a tar archive", 257, ascii("ustar")),
            of("an Office document of the old format or with a password", "d0cf11e0a1b11ae1"),
            of("an SQLite database", "53514c69746520666f726d6174203300"),
            of("a PNG image", "89504e470d0a1a0a"),
            of("a JPEG image", "ffd8ff"),
            new FileSignature("a GIF image", 0, ascii("GIF87a")),
            new FileSignature("a GIF image", 0, ascii("GIF89a")),
            of("a TIFF image", "49492a00"),
            of("a TIFF image", "4d4d002a"),
            new FileSignature("a WebP image", 8, ascii("WEBPVP8")),
            new FileSignature("a WAVE sound", 8, ascii("WAVEfmt")),
            new FileSignature("an MPEG-4 film", 4, ascii("ftyp")),
            of("an Ogg sound", "4f67675300"),
            of("a font", "774f4646"),
            of("a font", "774f4632"),
            of("a font", "0001000000"));

    private static FileSignature of(String kind, String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return new FileSignature(kind, 0, bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static boolean isPdf(byte[] head) {
        int last = Math.min(head.length, PDF_HEADER_WITHIN_BYTES) - PDF_HEADER.length;
        for (int i = 0; i <= last; i++) {
            if (matches(head, i, PDF_HEADER)) {
                return true;
            }
        }
        return false;
    }

    static boolean isZip(byte[] head) {
        return matches(head, 0, ZIP_ENTRY) || matches(head, 0, EMPTY_ZIP);
    }

    /** What kind of program a file is, by its first bytes; a script is a text. */
    static Optional<String> programKind(byte[] head) {
        return binaryKind(head).filter(kind -> kind.endsWith(" program") || kind.endsWith(" module"));
    }

    static boolean isImage(byte[] head) {
        return binaryKind(head).filter(kind -> kind.endsWith(" image")).isPresent();
    }

    static boolean startsAsPdf(byte[] head) {
        return matches(head, 0, PDF_HEADER);
    }

    /** The kind of a file that is known to be no text, by its first bytes. */
    static Optional<String> binaryKind(byte[] head) {
        // Two letters are too few to tell a program from a text; a program has zeros in its header.
        if (matches(head, 0, DOS_HEADER) && containsNul(head)) {
            return Optional.of("a Windows program");
        }
        return BINARY.stream()
                .filter(signature -> matches(head, signature.offset, signature.bytes))
                .map(FileSignature::kind)
                .findFirst();
    }

    private static boolean containsNul(byte[] head) {
        for (byte b : head) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] head, int offset, byte[] signature) {
        int end = offset + signature.length;
        return head.length >= end && Arrays.equals(head, offset, end, signature, 0, signature.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileSignature that && offset == that.offset && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * offset + Arrays.hashCode(bytes);
    }
}
