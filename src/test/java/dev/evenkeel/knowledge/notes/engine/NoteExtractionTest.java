package dev.evenkeel.knowledge.notes.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.DocumentExtractor;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionLimits;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteExtractionTest {
    private static final ExtractionLimits LIMITS = new ExtractionLimits(64 << 20, 32 << 20, 100, Duration.ofMinutes(1));

    private static NoteFacts markdown(String source) {
        return of(source, DocumentType.MARKDOWN);
    }

    private static NoteFacts of(String source, DocumentType type) {
        return NoteExtraction.of(new DocumentExtractor().extract(source, type, LIMITS), type);
    }

    /** Each link as {@code kind target#heading|label @line}. */
    private static List<String> links(String source) {
        return markdown(source).links().stream().map(NoteExtractionTest::text).toList();
    }

    private static String text(NoteLink link) {
        return link.kind().wireName() + " " + link.target()
                + (link.heading() == null ? "" : "#" + link.heading())
                + (link.label() == null ? "" : "|" + link.label())
                + " @" + link.line();
    }

    private static List<String> imports(String source, DocumentType type) {
        return of(source, type).links().stream().map(NoteLink::target).toList();
    }

    @Test
    void wikilinksWithLabelsHeadingsAndBlocks() {
        assertThat(links("""
                        See [[Note]] and [[folder/Other note.md|the other]],
                        [[Plan#First steps]], [[Plan#Goals#Near|near]] and [[Plan#^a1b2]].

                        ![[Drawing.md]] [[ spaced | ]]
                        """))
                .containsExactly(
                        "wikilink Note @1",
                        "wikilink folder/Other note.md|the other @1",
                        "wikilink Plan#First steps @2",
                        "wikilink Plan#Near|near @2",
                        "wikilink Plan#^a1b2 @2",
                        "embed Drawing.md @4",
                        "wikilink spaced @4");
    }

    @Test
    void markdownLinksAndImagesToPaths() {
        assertThat(links("""
                        [a](docs/a.md), [b *c*](<my file.md> "title") and [d](../up/d%20e.md?raw=1#Some%20Place).
                        ![pic](img/p.png) [ref] [text][Ref] [![badge](b.svg)](ci.md)

                        [ref]: notes/ref.md#part
                        """))
                .containsExactly(
                        "link docs/a.md|a @1",
                        "link my file.md|b c @1",
                        "link ../up/d e.md#Some Place|d @1",
                        "image img/p.png|pic @2",
                        "link notes/ref.md#part|ref @2",
                        "link ci.md|badge @2",
                        "image b.svg|badge @2");
    }

    @Test
    void whatOnlyLooksLikeALink() {
        assertThat(links("""
                        `[[code]]` ``[x](code.md)`` \\[[escaped]] [[]] [[ ]] [[#here]] [here](#here) [[a[b]] [[open]
                        https://example.org/[[x]]?y=[[z]] <https://example.org/a.md> [web](https://example.org/a.md)
                        [mail](mailto:a@example.org) [proto](//cdn/x.md) [empty]() [[https://example.org|web]]
                        <!-- [[comment]] --> <span title="[[attribute]]">x</span> [[over
                        lines]] [[1]](https://example.org/citation) [not](a link.md)

                        ```
                        [[fenced]] [f](f.md)
                        ```

                            [[indented]]

                        <div>
                        [[html]]
                        </div>
                        """)).isEmpty();
    }

    @Test
    void linksInTablesListsQuotesHeadingsAndEmphasis() {
        assertThat(links("""
                        # Title with [[H]]

                        > - **[[__init__]]** and *[[a_b_c|x]]*
                        >   [y](y.md)

                        | a | b |
                        |---|---|
                        | [[T\\|in table]] | [z](z.md) |
                        """))
                .containsExactly(
                        "wikilink H @1",
                        "wikilink __init__ @3",
                        "wikilink a_b_c|x @3",
                        "link y.md|y @4",
                        "wikilink T|in table @8",
                        "link z.md|z @8");
    }

    @Test
    void aWikilinkIsOneEvenWhereADefinitionHasItsName() {
        assertThat(links("[[Note]] and [Note]\n\n[Note]: other.md"))
                .containsExactly("wikilink Note @1", "link other.md|Note @1");
    }

    @Test
    void theSameLinkTwiceIsOneAndCountsWhereItStandsFirst() {
        assertThat(links("x\n[[A]] [[A|again]]\n\n[[A#H]]\n[[A]]")).containsExactly("wikilink A @2", "wikilink A#H @4");
    }

    @Test
    void whatCannotBeADocumentIsNotExpectedToBeThere() {
        assertThat(markdown(
                                "[[a]] [[a.md]] [[v1.2 notes]] ![[p.png]] ![x](y.jpeg) [z](z.zip) [m](m.markdown) [[St. Ives]]")
                        .links())
                .extracting(NoteLink::target, NoteLink::expected)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("a", true),
                        org.assertj.core.groups.Tuple.tuple("a.md", true),
                        org.assertj.core.groups.Tuple.tuple("v1.2 notes", true),
                        org.assertj.core.groups.Tuple.tuple("p.png", false),
                        org.assertj.core.groups.Tuple.tuple("y.jpeg", false),
                        org.assertj.core.groups.Tuple.tuple("m.markdown", true),
                        org.assertj.core.groups.Tuple.tuple("St. Ives", true));
    }

    @Test
    void tags() {
        assertThat(markdown("""
                        #first and #Nested/Sub/ (#in-brackets) **#bold** #日本語 #naïve #2026-plan, #é.
                        #last
                        """).tags())
                .containsExactly(
                        "first", "nested/sub", "in-brackets", "bold", "日本語", "naïve", "2026-plan", "é", "last");
    }

    @Test
    void whatOnlyLooksLikeATag() {
        assertThat(markdown("""
                        # Heading
                        ## Other
                        #123 #ff0000 #fff #a1b2c3d4 a#b https://example.org/#part [[Note#Heading]] [x](y.md#z) `#code` \\#no
                        &#35; #a//b # #- ##double #a#b

                        ```
                        #fenced
                        ```
                        """).tags()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags: [one, \"two\", three/four]\naliases: [\"A, B\", Other]",
                "tags: one, two three/four\naliases:\n  - A, B\n  - Other",
                "tags:\n  - one\n  - '#two'\n  - three/four\naliases:\n  - \"A, B\"\n  - Other",
                "Tags:\n  - One\n  - two\n  - three/four\n  - 123\naliases: ['A, B', Other]"
            })
    void tagsAndAliasesOfTheFrontMatterHoweverTheyAreWritten(String frontMatter) {
        NoteFacts facts = markdown("---\n" + frontMatter + "\n---\n\nText #five\n");

        assertThat(facts.tags()).containsExactly("one", "two", "three/four", "five");
        assertThat(facts.aliases()).containsExactly("A, B", "Other");
    }

    @Test
    void linksInTheFrontMatterCount() {
        assertThat(links("---\nrelated: \"[[Plan]]\"\n---\n\nText\n")).containsExactly("wikilink Plan @2");
    }

    @Test
    void headingsAsSlugs() {
        assertThat(markdown("# First *chapter*\n\ntext\n\n## What's new, in 2026?\n\ntext\n")
                        .headings())
                .containsExactly("first-chapter", "whats-new-in-2026");
        assertThat(HeadingSlug.of("What's new, in 2026?")).isEqualTo(HeadingSlug.of("whats-new-in-2026"));
    }

    @Test
    void whatIsLeftOutIsSaid() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NoteCollector.MAX_LINKS + 1; i++) {
            text.append("[[n").append(i).append("]] #t").append(i).append('\n');
        }

        NoteFacts facts = markdown(text.toString());

        assertThat(facts.links()).hasSize(NoteCollector.MAX_LINKS);
        assertThat(facts.tags()).hasSize(NoteCollector.MAX_TAGS);
        assertThat(facts.warnings()).hasSize(2).anyMatch(warning -> warning.contains("2000 links"));
    }

    @Test
    void otherTypesHaveNoLinks() {
        assertThat(of("[[a]] #b\n", DocumentType.TEXT)).isEqualTo(NoteFacts.NONE);
    }

    @Test
    void javaImports() {
        assertThat(imports("""
                        package a.b;
                        // import c.Commented;
                        /* import c.Blocked; */
                        import java.util.List;
                        import static a.b.Maths.PI;
                        import a.b.c.*;
                        class X { String s = "import a.Quoted;"; String t = \"""
                        import a.Textblock;
                        \"""; }
                        """, DocumentType.JAVA)).containsExactly("java.util.List", "a.b.Maths.PI");
    }

    @Test
    void pythonImports() {
        assertThat(imports("""
                        '''
                        import docstring
                        '''
                        import os, app.config as c  # import comment
                        from . import siblings
                        from ..pkg.mod import (One,  # the first
                            two as t)
                        from app.x import *
                        def f():
                            import late
                        """, DocumentType.PYTHON))
                .containsExactlyInAnyOrder(
                        "os", "app.config", ".:siblings", "..pkg.mod:One", "..pkg.mod:two", "app.x", "late");
    }

    @Test
    void aGroupOfImportsWithoutEndIsReadOnce() {
        String group = "from .far import (" + "name, ".repeat(500);
        assertThat(imports("from .a import (b)\n" + group + "\nfrom .c import d\n", DocumentType.PYTHON))
                .containsExactly(".a:b", ".far", ".c:d");
        String go = "import (\n\"x.org/a\"\n" + "\n".repeat(3_000);
        assertThat(imports(go + "import \"x.org/b\"\n", DocumentType.GO)).containsExactly("x.org/a", "x.org/b");
    }

    @Test
    void scriptImports() {
        assertThat(imports("""
                        import React from 'react';
                        import { a,
                          b } from "./lib/a.js";
                        export * from '../b';
                        import './side.css?inline';
                        // import c from './comment'
                        const d = require('./d'), e = await import("@/views/e");
                        const s = "import f from './quoted'"; const t = `import g from './template'`;
                        """, DocumentType.TYPESCRIPT))
                .containsExactly("./lib/a.js", "../b", "./side.css", "./d", "@/views/e");
    }

    @Test
    void importsOfOtherLanguages() {
        assertThat(imports("""
                        package x
                        import "fmt"
                        import (
                          "net/http"
                          y "github.com/a/b/y" // "github.com/a/b/no"
                        )
                        """, DocumentType.GO)).containsExactly("github.com/a/b/y");
        assertThat(imports("#include <stdio.h>\n#include \"own/x.h\"\n// #include \"no.h\"\n", DocumentType.C))
                .containsExactly("own/x.h");
        assertThat(imports("require 'json'\nrequire_relative '../lib/x'\n# require_relative 'no'\n", DocumentType.RUBY))
                .containsExactly("../lib/x");
        assertThat(imports("mod a;\npub(crate) mod b;\nmod c { }\n// mod d;\n", DocumentType.RUST))
                .containsExactly("a", "b");
    }

    @Test
    void anyTextIsReadInTimeAndWhatIsFoundStandsInIt() {
        String[] pieces = {
            "[[",
            "]]",
            "|",
            "#",
            "!",
            "[",
            "](",
            ")",
            "`",
            "```\n",
            "\n",
            "\n\n",
            "a",
            "Note",
            "b/c",
            " ",
            "*",
            "_",
            "\\",
            "<",
            ">",
            "---\n",
            "é",
            "👍🏽",
            "\u0000",
            "\u00a0",
            "| a |\n|---|\n",
            "    ",
            "> ",
            "- ",
            "[x]: y.md\n",
            "%20",
            "%zz"
        };
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder("x");
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            NoteFacts facts = markdown(text.toString());
            int lines = (int) text.chars().filter(c -> c == '\n').count() + 1;
            for (NoteLink link : facts.links()) {
                assertThat(link.target()).as(text.toString()).isNotBlank();
                assertThat(link.line()).as(text.toString()).isBetween(1, lines);
                assertThat(link.target().chars().anyMatch(Character::isISOControl))
                        .isFalse();
            }
            assertThat(facts.tags())
                    .as(text.toString())
                    .allMatch(tag -> Tags.normal(tag).filter(tag::equals).isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "[[",
                "![",
                "*a_",
                "`",
                "](",
                "[a](",
                "<",
                "#a",
                "[[a|",
                "\\",
                "**[",
                "[a",
                "_*_",
                "`a``b",
                "\"",
                "'",
                "/*",
                "from a import (\n",
                "import (\n"
            })
    void hostileTextIsReadInTime(String piece) {
        readInTime(piece.repeat((1 << 20) / piece.length()));
        readInTime((piece.repeat(60_000 / piece.length()) + "\n\n").repeat(17));
    }

    /** The closing ones look in vain through all that stand before them. */
    @Test
    void emphasisThatNothingClosesIsReadInTime() {
        readInTime("a**b" + "c* ".repeat(350_000));
        readInTime(("a**b" + "c* ".repeat(20_000) + "\n\n").repeat(17));
        readInTime(("a__ " + "_c_ ".repeat(15_000) + "\n\n").repeat(17));
    }

    @Test
    void aParagraphThatIsTooLongHasNoLinksAndCostsOthersNone() {
        NoteFacts facts = markdown("[[before]]\n\n[[within]] " + "word ".repeat(14_000) + "\n\n[[behind]]\n");
        assertThat(facts.links()).extracting(NoteLink::target).containsExactly("before", "behind");
        assertThat(facts.warnings()).anyMatch(warning -> warning.contains("long paragraphs"));
    }

    private static void readInTime(String text) {
        for (DocumentType type :
                List.of(DocumentType.MARKDOWN, DocumentType.TYPESCRIPT, DocumentType.PYTHON, DocumentType.GO)) {
            long start = System.nanoTime();
            of(text, type);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as(type.wireName())
                    .isLessThan(Duration.ofSeconds(10));
        }
    }
}
