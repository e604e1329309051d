package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells the type of a file from its name and first bytes, and refuses what cannot be read. */
public final class DocumentTypes {

    /** How many bytes of a file {@link #detect} wants to see; fewer when the file is shorter. */
    public static final int HEAD_BYTES = 8192;

    private DocumentTypes() {}

    /**
     * The type of a file. A name with an unknown ending is decided by the content.
     *
     * @param fileName name or path
     * @param head the first {@link #HEAD_BYTES} bytes, or all of a shorter file
     * @throws ExtractionException {@code empty}, {@code wrong_magic}, {@code unsupported_type} or {@code binary_content}
     */
    public static DocumentType detect(String fileName, byte[] head) {
        if (head.length == 0) {
            throw new ExtractionException(ExtractionCode.EMPTY, "The file is empty.");
        }
        Optional<DocumentType> named = DocumentType.ofFileName(fileName);
        if (named.isPresent()) {
            checkContent(named.get(), head);
            return named.get();
        }
        return ofContent(head);
    }

    /** The first {@link #HEAD_BYTES} bytes of a file. Blocking: for workers only. */
    public static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEAD_BYTES);
        }
    }

    /** What kind of program a file is, by its first bytes; empty for everything else. */
    public static Optional<String> programKind(byte[] head) {
        return FileSignature.programKind(head);
    }

    /** Refuses a file whose content is of another kind than its type says. */
    static void checkContent(DocumentType type, byte[] head) {
        if (type == DocumentType.PDF) {
            if (!FileSignature.isPdf(head)) {
                String found = FileSignature.binaryKind(head)
                        .map(kind -> "it is " + kind)
                        .orElse("it has no PDF header");
                throw new ExtractionException(
                        ExtractionCode.WRONG_MAGIC, "The file is named as a PDF, but " + found + ".");
            }
            return;
        }
        if (type.isPackage()) {
            refuseOther(type, head, FileSignature.isZip(head), "a ZIP archive, as such a file must be");
            return;
        }
        if (type == DocumentType.IMAGE) {
            refuseOther(type, head, FileSignature.isImage(head), "an image");
            return;
        }
        Optional<String> kind = FileSignature.startsAsPdf(head) ? Optional.of("a PDF") : FileSignature.binaryKind(head);
        if (kind.isPresent()) {
            throw new ExtractionException(
                    ExtractionCode.WRONG_MAGIC,
                    "The file is named as " + type.wireName() + ", but it is " + kind.get() + ".");
        }
        if (type != DocumentType.EMAIL && type != DocumentType.HTML && type != DocumentType.XML) {
            // These say their encoding themselves, each in its way.
            TextDecoder.checkHead(head, head.length >= HEAD_BYTES);
        }
    }

    private static void refuseOther(DocumentType type, byte[] head, boolean right, String expected) {
        if (!right) {
            String found = FileSignature.startsAsPdf(head)
                    ? "a PDF"
                    : FileSignature.binaryKind(head).orElse("not " + expected);
            throw new ExtractionException(
                    ExtractionCode.WRONG_MAGIC,
                    "The file is named as " + type.wireName() + ", but it is " + found + ".");
        }
    }

    /**
     * The type of a file whose name is not believed.
     *
     * @throws ExtractionException {@code unsupported_type} or {@code binary_content}
     */
    public static DocumentType ofContent(byte[] head) {
        if (FileSignature.startsAsPdf(head)) {
            return DocumentType.PDF;
        }
        Optional<String> kind = FileSignature.binaryKind(head);
        if (kind.isPresent()) {
            throw new ExtractionException(
                    ExtractionCode.UNSUPPORTED_TYPE, "The file is " + kind.get() + "; such files are not read.");
        }
        TextDecoder.checkHead(head, head.length >= HEAD_BYTES);
        return DocumentType.TEXT;
    }
}
