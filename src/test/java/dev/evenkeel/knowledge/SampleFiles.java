package dev.evenkeel.knowledge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Files that people have, made anew for each test. */
final class SampleFiles {
    private SampleFiles() {}

    /** Numbered lines of words; the marker stands in the middle. */
    static String largeText(int length, String marker) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(length);
        for (int line = 1; text.length() < length; line++) {
            text.append("line ").append(line);
            for (int word = 0; word < 12; word++) {
                text.append(' ').append(Integer.toString(random.nextInt(60_000) + 1_000, 36));
            }
            text.append(". \n");
        }
        return text.insert(text.indexOf("\n", length / 2) + 1, "Here is the " + marker + " itself.\n")
                .toString();
    }

    /** Adds to a PDF before it is saved. */
    @FunctionalInterface
    private interface Finish {
        void accept(PDDocument document) throws IOException;
    }

    /** A PDF with one page for each list of lines. */
    static byte[] pdf(List<List<String>> pages) {
        return pdf(pages, document -> {});
    }

    /** A PDF that opens only with a password. */
    static byte[] encryptedPdf() {
        return pdf(List.of(List.of("The secret okapi.")), document -> {
            StandardProtectionPolicy policy =
                    new StandardProtectionPolicy("owner-password", "user-password", new AccessPermission());
            policy.setEncryptionKeyLength(128);
            document.protect(policy);
        });
    }

    /** A PDF whose pages have lines and shapes but no text, as scans do. */
    static byte[] scannedPdf() {
        return pdf(List.of(List.of(), List.of()));
    }

    /** The first half of a PDF. */
    static byte[] damagedPdf() {
        byte[] whole = pdf(List.of(List.of("The broken okapi.")));
        return Arrays.copyOf(whole, whole.length / 2);
    }

    /** A PDF of at least so many bytes, most of which are noise that no page shows. */
    static byte[] largePdf(int bytes, String text) {
        return pdf(List.of(List.of(text)), document -> {
            byte[] noise = new byte[bytes];
            new Random(bytes + text.hashCode()).nextBytes(noise);
            COSStream stream = document.getDocument().createCOSStream();
            try (var out = stream.createOutputStream()) {
                out.write(noise);
            }
            document.getDocumentCatalog().getCOSObject().setItem("EvenkeelNoise", stream);
        });
    }

    private static byte[] pdf(List<List<String>> pages, Finish finish) {
        try (PDDocument document = new PDDocument()) {
            PDFont font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
            for (List<String> lines : pages) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    if (lines.isEmpty()) {
                        content.addRect(100, 100, 300, 300);
                        content.stroke();
                        continue;
                    }
                    content.beginText();
                    content.setFont(font, 11);
                    content.setLeading(14);
                    content.newLineAtOffset(60, 740);
                    for (String line : lines) {
                        content.showText(line);
                        content.newLine();
                    }
                    content.endText();
                }
            }
            finish.accept(document);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The beginning of a Linux program, and noise. */
    static byte[] program() {
        byte[] bytes = noise(5_000, 1);
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}, 0, bytes, 0, 8);
        return bytes;
    }

    /** The beginning of an image, and noise. */
    static byte[] image() {
        byte[] bytes = noise(5_000, 2);
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13}, 0, bytes, 0, 12);
        return bytes;
    }

    /** Bytes of no known kind. */
    static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        bytes[0] = 1;
        bytes[1] = 0;
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
