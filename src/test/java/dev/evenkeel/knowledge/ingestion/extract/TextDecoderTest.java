package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextDecoderTest {

    @Test
    void utf8IsDecodedWithAndWithoutMark() {
        assertThat(TextDecoder.decode(utf8("Größe 数据 🎉")).text()).isEqualTo("Größe 数据 🎉");
        assertThat(TextDecoder.decode(utf8("\uFEFFGröße")).text()).isEqualTo("Größe");
        assertThat(TextDecoder.decode(utf8("x")).charset()).isEqualTo("UTF-8");
    }

    @Test
    void utf16IsDecodedByItsMark() {
        // Given
        byte[] big = ("\uFEFF" + "Größe 🎉").getBytes(StandardCharsets.UTF_16BE);
        byte[] little = ("\uFEFF" + "Größe 🎉").getBytes(StandardCharsets.UTF_16LE);
        // Then
        assertThat(TextDecoder.decode(big).text()).isEqualTo("Größe 🎉");
        assertThat(TextDecoder.decode(big).charset()).isEqualTo("UTF-16BE");
        assertThat(TextDecoder.decode(little).text()).isEqualTo("Größe 🎉");
    }

    @Test
    void utf16WithAnOddByteIsRefused() {
        byte[] odd = {(byte) 0xFF, (byte) 0xFE, 'a', 0, 'b'};
        assertBinary(odd);
    }

    @Test
    void westernTextIsDecodedWithAWarning() {
        // Given
        String text = "“Smart quotes”, a dash – and 20 € for Ærøskøbing; but that is all there is.";
        // When
        DecodedText decoded = TextDecoder.decode(text.getBytes(Charset.forName("windows-1252")));
        // Then
        assertThat(decoded.text()).isEqualTo(text);
        assertThat(decoded.charset()).isEqualTo("windows-1252");
        assertThat(decoded.warnings()).singleElement().asString().contains("windows-1252");
    }

    @Test
    void everyByteOfWindows1252IsDecodedAsJavaDoesIt() {
        Charset charset = Charset.forName("windows-1252");
        for (int value = 0xA0; value < 0x100; value++) {
            assertDecodesLikeJava(value, charset);
        }
        for (int value : new int[] {0x80, 0x82, 0x85, 0x8A, 0x8E, 0x91, 0x99, 0x9C, 0x9E, 0x9F}) {
            assertDecodesLikeJava(value, charset);
        }
    }

    private static void assertDecodesLikeJava(int value, Charset charset) {
        byte[] bytes = "some plain words around it: ? and after".getBytes(StandardCharsets.US_ASCII);
        bytes[28] = (byte) value;
        assertThat(TextDecoder.decode(bytes).text()).isEqualTo(new String(bytes, charset));
    }

    @Test
    void aBrokenByteInALongUtf8TextCostsOnlyThatCharacter() throws Exception {
        // Given
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(utf8("数据库".repeat(100)));
        bytes.write(0xE6);
        bytes.write(utf8("数据库".repeat(100)));
        // When
        DecodedText decoded = TextDecoder.decode(bytes.toByteArray());
        // Then
        assertThat(decoded.text()).isEqualTo("数据库".repeat(100) + "\uFFFD" + "数据库".repeat(100));
        assertThat(decoded.warnings()).singleElement().asString().startsWith("1 byte sequence");
    }

    @Test
    void aReplacementCharacterInTheTextIsNoError() {
        assertThat(TextDecoder.decode(utf8("a \uFFFD b")).warnings()).isEmpty();
    }

    @Test
    void zerosAreRemovedAndCounted() {
        // Given
        DecodedText decoded = TextDecoder.decode(utf8("one\u0000 two\u0000\u0000 three"));
        // Then
        assertThat(decoded.text()).isEqualTo("one two three");
        assertThat(decoded.removedNulCount()).isEqualTo(3);
    }

    @Test
    void lineEndsBecomeOneKind() {
        assertThat(TextDecoder.decode(utf8("a\r\nb\rc\nd\r\r\ne")).text()).isEqualTo("a\nb\nc\nd\n\ne");
    }

    @Test
    void loneSurrogatesOfATextAreReplaced() {
        // Given
        DecodedText decoded = DecodedText.of("a\uD83D b \uDE00 🎉 \uD83D", "UTF-16", java.util.List.of());
        // Then
        assertThat(decoded.text()).isEqualTo("a\uFFFD b \uFFFD 🎉 \uFFFD");
        assertThat(decoded.warnings()).singleElement().asString().startsWith("3 halves");
    }

    @Test
    void randomBytesAreRefused() {
        for (int seed = 0; seed < 200; seed++) {
            byte[] garbage = new byte[200 + seed * 20];
            new Random(seed).nextBytes(garbage);
            // A byte order mark would make it UTF-16, which almost anything is.
            garbage[0] = 1;
            assertBinary(garbage);
        }
    }

    @Test
    void zerosAndControlCharactersInNumberAreRefused() {
        assertBinary(new byte[100]);
        byte[] controls = utf8("abc\u0001\u0002def\u0003".repeat(20));
        assertBinary(controls);
    }

    @Test
    void utf8SequencesAreCountedAsTheStandardHasThem() {
        assertThat(Utf8Sequences.count(bytes(0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x8E, 0x89), false))
                .isEqualTo(new Utf8Sequences(3, 0));
        // Overlong, surrogate, beyond U+10FFFF, lone continuation
        assertThat(Utf8Sequences.count(bytes(0xC0, 0x80), false).good()).isZero();
        assertThat(Utf8Sequences.count(bytes(0xE0, 0x80, 0x80), false).good()).isZero();
        assertThat(Utf8Sequences.count(bytes(0xED, 0xA0, 0x80), false).good()).isZero();
        assertThat(Utf8Sequences.count(bytes(0xF4, 0x90, 0x80, 0x80), false).good())
                .isZero();
        assertThat(Utf8Sequences.count(bytes(0x80), false)).isEqualTo(new Utf8Sequences(0, 1));
        assertThat(Utf8Sequences.count(bytes('a', 0xE2, 0x82), true)).isEqualTo(new Utf8Sequences(0, 0));
        assertThat(Utf8Sequences.count(bytes('a', 0xE2, 0x82), false)).isEqualTo(new Utf8Sequences(0, 2));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static void assertBinary(byte[] bytes) {
        assertThatThrownBy(() -> TextDecoder.decode(bytes))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.BINARY_CONTENT));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
