package dev.evenkeel.knowledge.ingestion.extract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Office documents, books and archives, made anew for each test. */
public final class SampleDocuments {

    private static final String RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships";
    private static final String OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private SampleDocuments() {}

    /** A ZIP archive of texts. */
    public static byte[] zip(Map<String, String> entries) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        entries.forEach((name, content) -> bytes.put(name, content.getBytes(StandardCharsets.UTF_8)));
        return zipOfBytes(bytes);
    }

    public static byte[] zipOfBytes(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String ties(String... idTypeTarget) {
        StringBuilder ties = new StringBuilder("<Relationships xmlns=\"" + RELATIONSHIPS + "\">");
        for (int i = 0; i < idTypeTarget.length; i += 3) {
            ties.append("<Relationship Id=\"")
                    .append(idTypeTarget[i])
                    .append("\" Type=\"")
                    .append(OFFICE)
                    .append('/')
                    .append(idTypeTarget[i + 1])
                    .append("\" Target=\"")
                    .append(idTypeTarget[i + 2])
                    .append("\"/>");
        }
        return ties.append("</Relationships>").toString();
    }

    private static String properties(String title) {
        return "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:title>" + title
                + "</dc:title><dc:creator>Ann</dc:creator></cp:coreProperties>";
    }

    /** A Word document with that body, of the elements of WordprocessingML. */
    public static byte[] docx(String body) {
        return docx("", body);
    }

    /** The same with something in front of the root element. */
    public static byte[] docx(String prolog, String body) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("[Content_Types].xml", "<Types/>");
        parts.put("_rels/.rels", ties("rId1", "officeDocument", "word/document.xml"));
        parts.put("docProps/core.xml", properties("Report"));
        parts.put(
                "word/_rels/document.xml.rels",
                ties("rId1", "styles", "styles.xml", "rId2", "footnotes", "footnotes.xml"));
        parts.put("word/styles.xml", """
                <w:styles xmlns:w="w">
                <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
                <w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
                <w:style w:styleId="Mine"><w:name w:val="My heading"/><w:basedOn w:val="berschrift2"/></w:style>
                </w:styles>""");
        parts.put(
                "word/footnotes.xml",
                "<w:footnotes xmlns:w=\"w\"><w:footnote><w:p><w:r><w:t>A footnote.</w:t></w:r></w:p></w:footnote></w:footnotes>");
        parts.put(
                "word/document.xml",
                prolog + "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>" + body + "</w:body></w:document>");
        return zip(parts);
    }

    /** A paragraph of WordprocessingML with properties in front of its text. */
    public static String paragraph(String properties, String text) {
        return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t xml:space=\"preserve\">" + text + "</w:t></w:r></w:p>";
    }

    /** A presentation of two slides, the second with notes, whose order is not that of their names. */
    public static byte[] pptx() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("_rels/.rels", ties("rId1", "officeDocument", "ppt/presentation.xml"));
        parts.put(
                "ppt/presentation.xml",
                "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId9\"/>"
                        + "<p:sldId id=\"257\" r:id=\"rId2\"/></p:sldIdLst></p:presentation>");
        parts.put(
                "ppt/_rels/presentation.xml.rels",
                ties("rId2", "slide", "slides/slide1.xml", "rId9", "slide", "slides/slide2.xml"));
        parts.put("ppt/slides/slide2.xml", slide("Opening", "Welcome to the okapi", ""));
        parts.put("ppt/slides/slide1.xml", slide("Numbers", "First point", """
                <p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Year</a:t></a:r></a:p></a:txBody></a:tc>
                <a:tc><a:txBody><a:p><a:r><a:t>Sum</a:t></a:r></a:p></a:txBody></a:tc></a:tr>
                <a:tr><a:tc><a:txBody><a:p><a:r><a:t>2024</a:t></a:r></a:p></a:txBody></a:tc>
                <a:tc><a:txBody><a:p><a:r><a:t>17</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>"""));
        parts.put("ppt/slides/_rels/slide1.xml.rels", ties("rId1", "notesSlide", "../notesSlides/notesSlide1.xml"));
        parts.put("ppt/notesSlides/notesSlide1.xml", slide("", "Say it slowly", ""));
        return zip(parts);
    }

    private static String slide(String title, String body, String more) {
        return "<p:sld xmlns:p=\"p\" xmlns:a=\"a\"><p:cSld><p:spTree>"
                + shape("title", title)
                + shape("body", body)
                + shape("sldNum", "7")
                + more
                + "</p:spTree></p:cSld></p:sld>";
    }

    private static String shape(String placeholder, String text) {
        return "<p:sp><p:nvSpPr><p:nvPr><p:ph type=\"" + placeholder + "\"/></p:nvPr></p:nvSpPr><p:txBody>"
                + "<a:p><a:r><a:t>" + text + "</a:t></a:r></a:p></p:txBody></p:sp>";
    }

    /** A workbook with a table of people on its first sheet and numbers without names on its second. */
    public static byte[] xlsx() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("_rels/.rels", ties("rId1", "officeDocument", "xl/workbook.xml"));
        parts.put(
                "xl/workbook.xml",
                "<workbook xmlns:r=\"r\"><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"rId1\"/>"
                        + "<sheet name=\"Numbers\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>");
        parts.put(
                "xl/_rels/workbook.xml.rels",
                ties(
                        "rId1",
                        "worksheet",
                        "worksheets/sheet1.xml",
                        "rId2",
                        "worksheet",
                        "worksheets/sheet2.xml",
                        "rId3",
                        "sharedStrings",
                        "sharedStrings.xml",
                        "rId4",
                        "styles",
                        "styles.xml"));
        parts.put(
                "xl/sharedStrings.xml",
                "<sst><si><t>Name</t></si><si><r><t>An</t></r><r><t>n</t></r><rPh><t>aen</t></rPh></si></sst>");
        parts.put("xl/styles.xml", """
                <styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>
                <numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="&quot;days&quot; 0.0"/></numFmts>
                <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
                <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
                <xf numFmtId="20"/></cellXfs></styleSheet>""");
        parts.put("xl/worksheets/sheet1.xml", """
                <worksheet><sheetData>
                <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Born</t></is></c>
                <c r="C1" t="inlineStr"><is><t>Member</t></is></c><c r="D1" t="inlineStr"><is><t>Fee</t></is></c></row>
                <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>36526</v></c><c r="C2" t="b"><v>1</v></c>
                <c r="D2"><f>0.1+0.2</f><v>0.30000000000000004</v></c></row>
                <row r="3"><c r="A3" t="str"><f>A2</f><v>Bob</v></c><c r="D3"><v>1E+3</v></c></row>
                <row r="4"/>
                </sheetData></worksheet>""");
        parts.put("xl/worksheets/sheet2.xml", """
                <worksheet><sheetData>
                <row r="1"><c r="A1"><v>1</v></c><c r="B1" s="2"><v>45292.75</v></c></row>
                <row r="2"><c r="A2" s="3"><v>1.5</v></c><c r="B2" s="4"><v>2.5</v></c><c r="C2" s="5"><v>0.5</v></c>
                <c r="D2" t="e"><v>#DIV/0!</v></c></row>
                </sheetData></worksheet>""");
        return zip(parts);
    }

    /** A book of two chapters in an order of their own, and a picture. */
    public static byte[] epub() {
        return epub("");
    }

    /** The same with an {@code encryption.xml}, unless that is empty. */
    public static byte[] epub(String encryption) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("mimetype", "application/epub+zip");
        parts.put(
                "META-INF/container.xml",
                "<container><rootfiles><rootfile full-path=\"OEBPS/content.opf\"/></rootfiles></container>");
        if (!encryption.isEmpty()) {
            parts.put("META-INF/encryption.xml", encryption);
        }
        parts.put("OEBPS/content.opf", """
                <package xmlns:dc="dc"><metadata><dc:title>The Okapi</dc:title><dc:creator>Ann</dc:creator>
                <dc:creator>Bob</dc:creator><dc:language>en</dc:language></metadata>
                <manifest><item id="b" href="text/two%20parts.xhtml" media-type="application/xhtml+xml"/>
                <item id="p" href="p.png" media-type="image/png"/>
                <item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/></manifest>
                <spine><itemref idref="a"/><itemref idref="p"/><itemref idref="b"/></spine></package>""");
        parts.put("OEBPS/text/one.xhtml", chapter("In the forest", "It eats leaves."));
        parts.put("OEBPS/text/two parts.xhtml", chapter("At the river", "It drinks water."));
        return zip(parts);
    }

    private static String chapter(String title, String text) {
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>"
                + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>";
    }

    /** A mail in plain text and HTML with an attachment and a mail inside. */
    public static String mail() {
        return """
                From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>
                To: ann@example.org,
                 bob@example.org
                Subject: =?utf-8?B?T2thcGkgcmVwb3J0?=
                Date: Tue, 3 Jun 2025 11:05:30 +0200 (CEST)
                Message-ID: <1@example.org>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="outer"

                This is for old programs.
                --outer
                Content-Type: multipart/alternative; boundary=inner

                --inner
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: quoted-printable

                The okapi ate the Z=FCrich apples.

                Regards
                --inner
                Content-Type: text/html; charset=utf-8

                <p>The okapi <b>in HTML</b></p>
                --inner--
                --outer
                Content-Type: application/pdf
                Content-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf
                Content-Transfer-Encoding: base64

                JVBERi0xLjcK
                --outer
                Content-Type: text/plain; name=notes.txt
                Content-Disposition: attachment

                not shown
                --outer
                Content-Type: message/rfc822

                From: carol@example.org
                Subject: Inner news
                Content-Type: text/html

                <h1>Title</h1><p>Only HTML here.</p><script>alert(1)</script>
                --outer--
                """.replace("\n", "\r\n");
    }
}
