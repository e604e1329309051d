package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTypesTest {

    @ParameterizedTest
    @CsvSource({
        "README.md, MARKDOWN",
        "docs/a.b/Guide.MARKDOWN, MARKDOWN",
        "notes.txt, TEXT",
        "main.go, GO",
        "Main.java, JAVA",
        "a.py, PYTHON",
        "Button.tsx, TYPESCRIPT",
        "index.mjs, JAVASCRIPT",
        "app.component.html, ANGULAR",
        "index.html, HTML",
        "style.scss, SASS",
        "pom.xml, XML",
        "k8s.yml, YAML",
        ".env, PROPERTIES",
        "Dockerfile, DOCKERFILE",
        "Makefile, MAKEFILE",
        "LICENSE, TEXT",
        "what.unknown, TEXT",
        "C:\\dir\\query.sql, SQL"
    })
    void textIsKnownByItsName(String name, DocumentType expected) {
        assertThat(DocumentTypes.detect(name, ascii("Some words.\n"))).isEqualTo(expected);
    }

    @Test
    void everyTypeHasItsOwnWireNameThatLeadsBackToIt() {
        for (DocumentType type : DocumentType.values()) {
            assertThat(DocumentType.ofWireName(type.wireName())).contains(type);
        }
        assertThat(DocumentType.ofWireName("MARKDOWN")).isEmpty();
        assertThat(DocumentType.ofWireName("javascript ")).isEmpty();
        assertThat(DocumentType.ofWireName("nonsense")).isEmpty();
    }

    @Test
    void aPdfIsKnownByItsHeaderWhateverStandsInFrontOfIt() {
        assertThat(DocumentTypes.detect("a.pdf", ascii("%PDF-1.7\n"))).isEqualTo(DocumentType.PDF);
        assertThat(DocumentTypes.detect("a.PDF", ascii("\n\n  junk %PDF-1.4\n")))
                .isEqualTo(DocumentType.PDF);
        assertThat(DocumentTypes.detect("download", ascii("%PDF-2.0\n"))).isEqualTo(DocumentType.PDF);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7f454c460201010000000000",
                "4d5a90000300000004000000",
                "feedfacf000000000000",
                "cafebabe000000340000",
                "504b0304140000000800",
                "89504e470d0a1a0a0000000d",
                "ffd8ffe000104a464946",
                "1f8b0800000000000003",
                "d0cf11e0a1b11ae10000",
                "53514c69746520666f726d6174203300"
            })
    void programsArchivesAndImagesAreRefusedWhateverTheirName(String hex) {
        byte[] head = HexFormat.of().parseHex(hex);
        assertCode(ExtractionCode.WRONG_MAGIC, "report.pdf", head);
        assertCode(ExtractionCode.WRONG_MAGIC, "notes.md", head);
        assertCode(ExtractionCode.WRONG_MAGIC, "Main.java", head);
        assertCode(ExtractionCode.UNSUPPORTED_TYPE, "thing.bin", head);
        assertCode(ExtractionCode.UNSUPPORTED_TYPE, "paper.odt", head);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.docx", "a.pptm", "a.XLSX", "a.epub"})
    void anOfficeDocumentOrBookMustBeAZipArchive(String name) {
        assertThat(DocumentTypes.detect(name, new byte[] {'P', 'K', 3, 4, 20, 0})
                        .isText())
                .isFalse();
        assertCode(ExtractionCode.WRONG_MAGIC, name, ascii("Some words.\n"));
        assertCode(ExtractionCode.WRONG_MAGIC, name, ascii("%PDF-1.7\n"));
        assertCode(ExtractionCode.WRONG_MAGIC, name, HexFormat.of().parseHex("d0cf11e0a1b11ae10000"));
    }

    @Test
    void anImageMustBeOne() {
        byte[] png = HexFormat.of().parseHex("89504e470d0a1a0a0000000d");
        assertThat(DocumentTypes.detect("a.PNG", png)).isEqualTo(DocumentType.IMAGE);
        assertThat(DocumentTypes.detect("a.jpg", png)).isEqualTo(DocumentType.IMAGE);
        assertCode(ExtractionCode.WRONG_MAGIC, "a.png", ascii("Some words.\n"));
    }

    @Test
    void aFileNamedAsPdfMustBeOne() {
        assertCode(ExtractionCode.WRONG_MAGIC, "script.pdf", ascii("#!/bin/sh\necho\n"));
        assertCode(ExtractionCode.WRONG_MAGIC, "notes.md", ascii("%PDF-1.7\n"));
    }

    @Test
    void anEmptyFileIsRefusedWithASentence() {
        assertThatThrownBy(() -> DocumentTypes.detect("a.md", new byte[0]))
                .isInstanceOfSatisfying(ExtractionException.class, e -> {
                    assertThat(e.code()).isEqualTo(ExtractionCode.EMPTY);
                    assertThat(e.code().wireName()).isEqualTo("empty");
                })
                .hasMessage("The file is empty.");
    }

    @Test
    void randomBytesAreRefusedUnderAnyName() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] garbage = new byte[64 + random.nextInt(10_000)];
            random.nextBytes(garbage);
            byte[] head = java.util.Arrays.copyOf(garbage, Math.min(garbage.length, DocumentTypes.HEAD_BYTES));
            assertRefused("notes.md", head);
            assertRefused("data", head);
            assertRefused("x.pdf", head);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Привет, мир. ", "数据库是存储数据的地方。", "مرحبا بالعالم ", "สวัสดีชาวโลก ", "🎉🎊🎈 "})
    void nonLatinUtf8IsText(String words) {
        // Given a head that ends inside a character, wherever that is
        byte[] all = words.repeat(2000).getBytes(StandardCharsets.UTF_8);
        for (int shift = 0; shift < 4; shift++) {
            byte[] head = new byte[DocumentTypes.HEAD_BYTES];
            System.arraycopy("abcd".substring(0, shift).getBytes(StandardCharsets.UTF_8), 0, head, 0, shift);
            System.arraycopy(all, 0, head, shift, head.length - shift);
            // When and then
            assertThat(DocumentTypes.detect("a.md", head)).isEqualTo(DocumentType.MARKDOWN);
            assertThat(DocumentTypes.detect("a", head)).isEqualTo(DocumentType.TEXT);
        }
    }

    @Test
    void utf16IsTextOnlyWithAByteOrderMark() {
        assertThat(DocumentTypes.detect("a.txt", "Some words".getBytes(StandardCharsets.UTF_16)))
                .isEqualTo(DocumentType.TEXT);
        assertCode(ExtractionCode.BINARY_CONTENT, "a.txt", "Some more words".getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    void westernTextOfTheOldEncodingIsTextAndCyrillicIsNot() {
        assertThat(DocumentTypes.detect("a.txt", "Größe und Länge".getBytes(Charset.forName("windows-1252"))))
                .isEqualTo(DocumentType.TEXT);
        assertCode(
                ExtractionCode.BINARY_CONTENT,
                "a.txt",
                "Привет, мир, как дела".getBytes(Charset.forName("windows-1251")));
    }

    private static void assertRefused(String name, byte[] head) {
        assertThatThrownBy(() -> DocumentTypes.detect(name, head)).isInstanceOf(ExtractionException.class);
    }

    private static void assertCode(ExtractionCode code, String name, byte[] head) {
        assertThatThrownBy(() -> DocumentTypes.detect(name, head))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
