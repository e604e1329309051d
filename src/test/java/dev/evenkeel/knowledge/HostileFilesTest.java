package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.platform.files.TemporaryFiles;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files made to hurt: each ends in a clear state, and the next good file is read as ever. */
@QuarkusTest
class HostileFilesTest {
    private static final String SECRET = "zyzzyvathatnobodyelsewrites";

    @TestHTTPResource("/api/v1/collections/")
    @SuppressWarnings("NullAway.Init")
    URI collections;

    /** A file and what becomes of it; one without a code is read after all, harmlessly. */
    enum Hostile {
        ZIP_BOMB_AS_DOCUMENT("bomb.docx", "archive_bomb", () -> SampleDocuments.docx("<w:p>" + " ".repeat(50 << 20))),
        MANY_ENTRIES("entries.xlsx", "archive_bomb", Hostile::manyEntries),
        XXE_IN_DOCUMENT(
                "xxe.docx",
                "damaged",
                () -> SampleDocuments.docx(externalEntity(), SampleDocuments.paragraph("", "&x;"))),
        XXE_IN_XML("xxe.xml", null, () -> utf8(externalEntity() + "<a>&x;</a>")),
        LAUGHS_IN_DOCUMENT(
                "laughs.docx", "damaged", () -> SampleDocuments.docx(laughs(), SampleDocuments.paragraph("", "&a30;"))),
        LAUGHS_IN_XML("laughs.xml", null, () -> utf8(laughs() + "<a>&a30;</a>")),
        LAUGHS_IN_YAML("laughs.yaml", null, Hostile::yamlLaughs),
        CUT_PDF("cut.pdf", "damaged", SampleFiles::damagedPdf),
        PDF_WITH_WRONG_XREF("xref.pdf", null, Hostile::wrongXref),
        PICTURE_AS_DOCUMENT("picture.docx", "wrong_magic", SampleFiles::image),
        PDF_AS_TEXT("pdf.md", "wrong_magic", () -> SampleFiles.pdf(List.of(List.of("okapi")))),
        WORKBOOK_AS_DOCUMENT("workbook.docx", "damaged", SampleDocuments::xlsx),
        DEEP_JSON("deep.json", "too_large", () -> utf8("[".repeat(1_000_000))),
        DEEP_MAIL("deep.eml", "too_large", () -> utf8("Content-Type: message/rfc822\r\n\r\n".repeat(5_000))),
        DEEP_HTML("deep.html", null, () -> utf8("<div><table><tr><td>".repeat(50_000) + "deep")),
        NO_UTF_8("noise.txt", "binary_content", () -> SampleFiles.noise(100_000, 5)),
        BROKEN_UTF_8_LATER("later.md", "binary_content", Hostile::brokenLater),
        EMPTY_ARCHIVE("empty.zip", "wrong_magic", () -> SampleDocuments.zip(Map.of())),
        CUT_ARCHIVE("cut.zip", "damaged", () -> new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});

        private final String fileName;
        private final @org.jspecify.annotations.Nullable String code;
        private final Supplier<byte[]> content;

        Hostile(String fileName, @org.jspecify.annotations.Nullable String code, Supplier<byte[]> content) {
            this.fileName = fileName;
            this.code = code;
            this.content = content;
        }

        private String state() {
            if (code == null) {
                return "completed";
            }
            return Set.of("archive_bomb", "wrong_magic").contains(code) ? "quarantined" : "rejected";
        }

        private static String externalEntity() {
            return "<!DOCTYPE a [<!ENTITY x SYSTEM \"" + secretFile().toUri() + "\">]>";
        }

        private static Path secretFile() {
            try {
                Path file = Files.createTempFile("secret", ".txt");
                file.toFile().deleteOnExit();
                return Files.writeString(file, SECRET);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static String laughs() {
            StringBuilder entities = new StringBuilder("<!DOCTYPE a [<!ENTITY a0 \"ha\">");
            for (int i = 1; i <= 30; i++) {
                entities.append("<!ENTITY a" + i + " \"")
                        .append(("&a" + (i - 1) + ";").repeat(10))
                        .append("\">");
            }
            return entities.append("]>").toString();
        }

        private static byte[] yamlLaughs() {
            StringBuilder yaml = new StringBuilder("a0: &a0 [lol]\n");
            for (int i = 1; i <= 30; i++) {
                yaml.append("a" + i + ": &a" + i + " [")
                        .append(("*a" + (i - 1) + ",").repeat(9))
                        .append("]\n");
            }
            return utf8(yaml.toString());
        }

        private static byte[] wrongXref() {
            String pdf = new String(SampleFiles.pdf(List.of(List.of("okapi"))), StandardCharsets.ISO_8859_1);
            return pdf.replaceAll("startxref\\s+\\d+", "startxref\n999999999").getBytes(StandardCharsets.ISO_8859_1);
        }

        private static byte[] manyEntries() {
            Map<String, String> entries = new LinkedHashMap<>();
            for (int i = 0; i < 20_000; i++) {
                entries.put("xl/worksheets/sheet" + i + ".xml", "");
            }
            return SampleDocuments.zip(entries);
        }

        private static byte[] brokenLater() {
            byte[] content = SampleFiles.noise(300_000, 6);
            java.util.Arrays.fill(content, 0, 20_000, (byte) 'a');
            return content;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostileFileEndsInAClearStateAndTheNextGoodOneIsRead(Hostile hostile) {
        // Given
        UUID collection = collection();

        // When
        UUID bad = uploadedFile(collection, hostile.fileName, hostile.content.get());
        UUID good = uploadedFile(collection, "good.md", utf8("# Good\n\nthe gerenuk"));

        // Then
        completed(good);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(good);
        JsonPath document = inState(bad, hostile.state());
        assertThat(document.getString("error.code")).isEqualTo(hostile.code);
        if (hostile.code != null) {
            assertThat(document.getString("error.detail")).isNotBlank().doesNotContainIgnoringCase("exception");
            assertThat(document.getInt("chunk_count")).isZero();
        }
        assertThat(foundDocuments(SECRET, collection)).doesNotContain(bad);
        assertThat(document.getLong("token_count")).isLessThan(200_000);
    }

    @Test
    void aLineOf100MegabytesIsTooLargeAndTheNextGoodFileIsRead(@TempDir Path directory) throws Exception {
        // Given
        Path line = directory.resolve("line.txt");
        try (OutputStream out = Files.newOutputStream(line)) {
            byte[] words = "word ".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 100; i++) {
                out.write(words);
            }
        }
        UUID collection = collection();

        // When
        UUID bad = uploadStreamed(collection, line);
        UUID good = uploadedFile(collection, "good.md", utf8("# Good\n\nthe gerenuk"));

        // Then
        JsonPath document = inState(bad, "rejected");
        assertThat(document.getString("error.code")).isEqualTo("too_large");
        assertThat(document.getLong("size_bytes")).isEqualTo(100_000_000);
        completed(good);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(good);
    }

    private UUID uploadStreamed(UUID collection, Path file) throws IOException, InterruptedException {
        String head = "--" + MultipartBody.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + file.getFileName() + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        HttpRequest request = HttpRequest.newBuilder(collections.resolve(collection + "/files"))
                .header("Authorization", "Bearer " + Api.TOKEN)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofFile(file),
                        BodyPublishers.ofString("\r\n--" + MultipartBody.BOUNDARY + "--\r\n")))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return id(JsonPath.from(response.body()), "items[0].document_id");
    }

    @Test
    void anArchiveIsAFolderAndOnlyItsBadFilesAreRefused() {
        // Given
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("folder/good.md", utf8("# First\n\nthe gerenuk"));
        entries.put("../../etc/passwd", utf8("leads upwards"));
        entries.put("inner.zip", SampleDocuments.zip(Map.of("x.md", "nested")));
        entries.put("bomb.txt", new byte[50 << 20]);
        entries.put("empty.txt", new byte[0]);
        entries.put("picture.docx", SampleFiles.image());
        entries.put("__MACOSX/folder/._good.md", utf8("fork"));
        entries.put("/absolute.txt", utf8("the gerenuk again"));
        entries.put("report.docx", SampleDocuments.docx(SampleDocuments.paragraph("", "a gerenuk report")));
        UUID collection = collection();

        // When
        JsonPath answer = uploaded(
                collection,
                new MultipartBody()
                        .file("docs/all.zip", SampleDocuments.zipOfBytes(entries))
                        .file("good.md", "one more gerenuk"));

        // Then
        assertThat(answer.getList("items.source_path"))
                .containsExactly(
                        "docs/all.zip/folder/good.md",
                        "docs/all.zip/../../etc/passwd",
                        "docs/all.zip/inner.zip",
                        "docs/all.zip/bomb.txt",
                        "docs/all.zip/empty.txt",
                        "docs/all.zip/picture.docx",
                        "docs/all.zip/absolute.txt",
                        "docs/all.zip/report.docx",
                        "good.md");
        assertThat(answer.getList("items.state"))
                .containsExactly(
                        "queued",
                        "rejected",
                        "quarantined",
                        "rejected",
                        "rejected",
                        "quarantined",
                        "queued",
                        "queued",
                        "queued");
        assertThat(answer.getList("items.error.code"))
                .containsExactly("invalid_path", "nested_archive", "archive_bomb", "empty", "wrong_magic");
        for (int good : new int[] {0, 6, 7, 8}) {
            completed(id(answer, "items[" + good + "].document_id"));
        }
        assertThat(foundDocuments("gerenuk", collection)).hasSize(4);
        assertThat(document(id(answer, "items[7].document_id")).getString("document_type"))
                .isEqualTo("docx");
        // And the same archive again has nothing new
        JsonPath again =
                uploaded(collection, new MultipartBody().file("docs/all.zip", SampleDocuments.zipOfBytes(entries)));
        assertThat(again.getBoolean("items[0].duplicate")).isTrue();
        assertThat(again.getBoolean("items[7].duplicate")).isTrue();
    }

    @Test
    void anArchiveWhoseClientGoesLeavesNoTemporaryFileAndNoOpenOne() throws IOException {
        // Given
        Map<String, String> entries = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            entries.put("file" + i + ".md", "text " + i);
        }
        byte[] body = new MultipartBody()
                .file("many.zip", SampleDocuments.zip(entries))
                .end();
        UUID collection = collection();
        Set<String> before = temporaryFiles();

        // When
        try (Socket socket = new Socket(collections.getHost(), collections.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(utf8("POST " + collections.getPath() + collection + "/files HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer " + Api.TOKEN + "\r\nContent-Type: " + MultipartBody.CONTENT_TYPE
                    + "\r\nContent-Length: " + body.length + "\r\n\r\n"));
            out.write(body);
            out.flush();
            Eventually.holds(
                    Duration.ofSeconds(30),
                    () -> assertThat(statistics(collection).getLong("documents"))
                            .isPositive());
        }

        // Then
        Eventually.holds(
                Duration.ofSeconds(60), () -> assertThat(temporaryFiles()).isSubsetOf(before));
        assertThat(statistics(collection).getLong("documents")).isLessThan(entries.size());
    }

    /** Files of archives on the disk, and temporary files that this process holds open. */
    private static Set<String> temporaryFiles() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Set<String> files = new HashSet<>();
        try {
            Path probe = TemporaryFiles.create("probe-", ".tmp");
            Files.delete(probe);
            try (Stream<Path> own = Files.list(Objects.requireNonNull(probe.getParent()))) {
                own.map(Path::toString)
                        .filter(path -> path.contains("/archive-"))
                        .forEach(files::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            open.map(HostileFilesTest::target)
                    .filter(path -> path.startsWith(temporary.toString()))
                    .forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Test
    void anArchiveOfTooManyFilesIsRefusedAsAWhole() {
        // Given
        Map<String, String> entries = new LinkedHashMap<>();
        for (int i = 0; i < 2_001; i++) {
            entries.put("file" + i + ".md", "text");
        }
        UUID collection = collection();

        // When
        JsonPath answer = uploaded(collection, new MultipartBody().file("many.zip", SampleDocuments.zip(entries)));

        // Then
        assertThat(answer.getList("items")).hasSize(1);
        assertThat(answer.getString("items[0].error.code")).isEqualTo("archive_bomb");
        assertThat(document(id(answer, "items[0].document_id")).getString("state"))
                .isEqualTo("quarantined");
    }
}
