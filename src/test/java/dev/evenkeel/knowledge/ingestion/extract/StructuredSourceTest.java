package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types whose text is their source, divided where their structure says. */
class StructuredSourceTest {

    private static final ExtractionLimits LIMITS = ExtractionLimits.DEFAULT;

    private final DocumentExtractor extractor = new DocumentExtractor();

    /** Each block as its path and its text; the text as a whole must be the source. */
    private List<String> blocks(String source, DocumentType type) {
        ExtractedText extracted = extractor.extract(source, type, LIMITS);
        assertThat(extracted.text()).isEqualTo(source);
        assertThat(extracted.warnings()).isEmpty();
        return extracted.blocks().stream()
                .map(block -> block.headingPath() + " " + source.substring(block.start(), block.end()))
                .toList();
    }

    @Test
    void jsonIsDividedAtTheKeysOfTwoLevels() {
        assertThat(blocks("""
                        {
                          "name": "über 数据",
                          "scripts": {
                            "build": "x",
                            "deep": {"key": [1, {"no": 1}]}
                          },
                          "list": [{"a": 1}, 2]
                        }
                        """, DocumentType.JSON))
                .containsExactly(
                        "[] {",
                        "[name] \"name\": \"über 数据\",",
                        "[scripts] \"scripts\": {",
                        "[scripts, build] \"build\": \"x\",",
                        "[scripts, deep] \"deep\": {\"key\": [1, {\"no\": 1}]}\n  },",
                        "[list] \"list\": [{\"a\": 1}, 2]\n}");
    }

    @Test
    void listsAndLinesOfJsonAreDividedAtTheirElements() {
        String record = "{\"text\": \"" + "word ".repeat(20) + "\"}";
        assertThat(blocks("[" + record + ",\n" + record + "]", DocumentType.JSON))
                .containsExactly("[] [" + record + ",", "[] " + record + "]");
        assertThat(blocks(record + "\n" + record + "\n", DocumentType.JSON))
                .containsExactly("[] " + record, "[] " + record);
    }

    @Test
    void whatIsNotJsonAfterAllIsReadAsTextAndDeepJsonIsRefused() {
        ExtractedText commented = extractor.extract("{\n  // a comment\n  \"a\": 1\n}\n", DocumentType.JSON, LIMITS);
        assertThat(commented.text()).contains("// a comment");
        assertThat(commented.warnings()).singleElement().asString().contains("line 2");
        assertThatThrownBy(() -> extractor.extract("[".repeat(200_000), DocumentType.JSON, LIMITS))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TOO_LARGE));
    }

    @Test
    void yamlTomlAndIniAreDividedAtWhatBeginsAtTheMargin() {
        assertThat(blocks("""
                        # The service
                        name: okapi  # x
                        "quoted key": 1
                        nested:
                          inner: &a [1, 2]
                        ---
                        second: *a
                        """, DocumentType.YAML))
                .containsExactly(
                        "[name] # The service\nname: okapi  # x",
                        "[quoted key] \"quoted key\": 1",
                        "[nested] nested:\n  inner: &a [1, 2]",
                        "[] ---",
                        "[second] second: *a");
        assertThat(blocks("title = 1\n\n# Who\n[owner.name]\nx = [\n 1]\n[[list]]\ny = 2\n", DocumentType.TOML))
                .containsExactly(
                        "[] title = 1", "[owner.name] # Who\n[owner.name]\nx = [\n 1]", "[list] [[list]]\ny = 2");
        assertThat(blocks("; c\n[db]\nurl=x\n", DocumentType.PROPERTIES)).containsExactly("[db] ; c\n[db]\nurl=x");
    }

    @Test
    void aliasesOfYamlExpandToNothing() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i < 30; i++) {
            laughs.append("a" + i + ": &a" + i + " [")
                    .append(("*a" + (i - 1) + ",").repeat(9))
                    .append("]\n");
        }
        assertThat(blocks(laughs.toString(), DocumentType.YAML)).hasSize(30);
    }

    @Test
    void xmlIsDividedAtTheChildrenOfTheRoot() {
        assertThat(blocks("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <!DOCTYPE project>
                        <project xmlns="x"><!-- <no> -->
                          <name a="1 > 0">Über 数据 &lt;b&gt;</name>
                          <x:list xmlns:x="y"><item/><item>2</item></x:list><last/>
                        </project>
                        """, DocumentType.XML))
                .containsExactly(
                        "[] <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE project>\n"
                                + "<project xmlns=\"x\"><!-- <no> -->",
                        "[project, name] <name a=\"1 > 0\">Über 数据 &lt;b&gt;</name>",
                        "[project, list] <x:list xmlns:x=\"y\"><item/><item>2</item></x:list>",
                        "[project, last] <last/>\n</project>");
    }

    @Test
    void manyChildrenBeyondTheParsersBufferAreFoundAtTheirPlaces() {
        StringBuilder xml = new StringBuilder("<feed>");
        for (int i = 0; i < 3000; i++) {
            xml.append("<entry id=\"" + i + "\">")
                    .append("Übung 🦊 ".repeat(15))
                    .append("</entry>\n");
        }
        List<String> blocks = blocks(xml.append("</feed>").toString(), DocumentType.XML);
        assertThat(blocks).hasSize(3001);
        for (int i = 0; i < 3000; i += 100) {
            assertThat(blocks.get(i + 1)).startsWith("[feed, entry] <entry id=\"" + i + "\">");
        }
    }

    @Test
    void entitiesOfXmlAreLeftAsTheyAre() {
        String laughs =
                "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n"
                        + "<x>&b;&f;</x>";
        ExtractedText extracted = extractor.extract(laughs, DocumentType.XML, LIMITS);
        assertThat(extracted.text()).isEqualTo(laughs);
        assertThat(extracted.warnings()).hasSize(1);
    }

    @Test
    void xmlSaysItsEncoding(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("a.xml");
        Files.write(file, "<?xml version='1.0' encoding='iso-8859-2'?><a>źrebię</a>".getBytes("ISO-8859-2"));
        assertThat(extractor.extract(file, DocumentType.XML, LIMITS).text()).endsWith("<a>źrebię</a>");
        Files.write(file, "<a>źrebię</a>".getBytes(StandardCharsets.UTF_8));
        assertThat(extractor.extract(file, DocumentType.XML, LIMITS).text()).isEqualTo("<a>źrebię</a>");
    }

    @Test
    void restructuredTextHasHeadingsByTheirAdornmentAndCode() {
        List<String> blocks = blocks("""
                =====
                Title
                =====

                Words that stand here for a paragraph, long enough to be one of its own, and then some more.

                Part
                ----

                Run it like this::

                    okapi --eat

                .. code-block:: Python
                   :linenos:

                   print("okapi")

                Sub
                ~~~
                text

                Other
                -----
                * item
                """, DocumentType.RESTRUCTURED_TEXT);
        assertThat(blocks)
                .containsExactly(
                        "[Title] =====\nTitle\n=====",
                        "[Title] Words that stand here for a paragraph, long enough to be one of its own, and then some more.",
                        "[Title, Part] Part\n----",
                        "[Title, Part] Run it like this::",
                        "[Title, Part]     okapi --eat",
                        "[Title, Part] .. code-block:: Python\n   :linenos:\n\n   print(\"okapi\")",
                        "[Title, Part, Sub] Sub\n~~~",
                        "[Title, Part, Sub] text",
                        "[Title, Other] Other\n-----",
                        "[Title, Other] * item");
        ExtractedText extracted =
                extractor.extract("T\n=\n\n.. code:: Go\n\n   x\n", DocumentType.RESTRUCTURED_TEXT, LIMITS);
        assertThat(extracted.blocks().get(extracted.blocks().size() - 1).language())
                .isEqualTo("go");
    }
}
