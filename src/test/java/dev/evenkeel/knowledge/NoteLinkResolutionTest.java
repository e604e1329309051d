package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.NoteGraphApi.broken;
import static dev.evenkeel.knowledge.NoteGraphApi.linking;
import static dev.evenkeel.knowledge.NoteGraphApi.links;
import static dev.evenkeel.knowledge.NoteGraphApi.remove;
import static dev.evenkeel.knowledge.NoteGraphApi.target;
import static dev.evenkeel.knowledge.NoteGraphApi.targets;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which document a link, an import or a heading means. */
@QuarkusTest
class NoteLinkResolutionTest {
    @Test
    void ofSeveralTheNearestThenTheShortestThenTheOldestIsMeant() {
        UUID collection = collection();
        UUID linking = storeAt(collection, "team/a.md", "[[plan]]");
        UUID deep = storeAt(collection, "x/y/z/plan.md", "deep");
        assertThat(target(linking)).isEqualTo(deep.toString());

        UUID shorter = storeAt(collection, "abc/plan.md", "shorter");
        assertThat(target(linking)).isEqualTo(shorter.toString());

        UUID younger = storeAt(collection, "xyz/plan.md", "as short, but younger");
        assertThat(target(linking)).isEqualTo(shorter.toString());

        UUID same = storeAt(collection, "team/Plan.md", "same folder");
        assertThat(target(linking)).isEqualTo(same.toString());

        remove(same);
        assertThat(target(linking)).isEqualTo(shorter.toString());
        remove(shorter);
        assertThat(target(linking)).isEqualTo(younger.toString());
        remove(younger);
        assertThat(target(linking)).isEqualTo(deep.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "docs/a.md; [[b]]; docs/b.md",
                "docs/a.md; [[B.md]]; other/b.md",
                "docs/a.md; [[sub/b]]; docs/sub/b.md",
                "docs/a.md; [[sub/b]]; sub/b.md",
                "docs/a.md; [[sub/b]]; x/y/sub/b.md",
                "docs/a.md; [[../b]]; b.md",
                "docs/a.md; [[Gru\u0308ße]]; x/GRÜßE.md",
                "docs/a.md; [[b.pdf.md]]; x/b.pdf.md",
                "docs/a.md; [[guide]]; x/guide/README.md",
                "docs/a.md; [x](b.md#part); docs/b.md",
                "docs/a.md; [x](b); docs/b.md",
                "docs/a.md; [x](docs/b.md); docs/b.md",
                "docs/a.md; [x](/b.md); b.md",
                "docs/a.md; [x](../guide/); guide/index.md",
                "docs/a.md; [x](b%20c.md); docs/b c.md",
                "docs/a.md; ![x](data.csv); docs/data.csv",
            })
    void aLinkLeadsTo(String from, String link, String to) {
        UUID collection = collection();
        UUID linking = storeAt(collection, from, "text " + link);
        UUID target = storeAt(collection, to, "the target");
        assertThat(target(linking)).isEqualTo(target.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "docs/a.md; [x](b.md); other/b.md",
                "docs/a.md; [x](../../b.md); b.md",
                "docs/a.md; [[sub/b]]; x/othersub/b.md",
                "docs/a.md; [[b]]; docs/bb.md",
                "docs/a.md; [[b.md]]; docs/b.txt",
            })
    void aLinkDoesNotLeadTo(String from, String link, String to) {
        UUID collection = collection();
        UUID linking = storeAt(collection, from, "text " + link);
        storeAt(collection, to, "not the target");
        assertThat(target(linking)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '~',
            value = {
                "src/main/java/a/b/X.java -> import a.c.Y; -> src/main/java/a/c/Y.java",
                "src/main/java/a/b/X.java -> import static a.c.Y.PI; -> src/main/java/a/c/Y.java",
                "app/x.py -> import app.y -> app/y.py",
                "app/x.py -> from app import y -> src/app/y.py",
                "app/x.py -> from .y import z -> app/y.py",
                "app/sub/x.py -> from ..y import z -> app/y/__init__.py",
                "web/x.ts -> import y from './y'; -> web/y.tsx",
                "web/x.ts -> import y from './y.js'; -> web/y.ts",
                "web/x.ts -> import y from '../lib'; -> lib/index.js",
                "web/x.ts -> import y from '@/lib/y'; -> src/lib/y.ts",
                "cmd/x.go -> import \"github.com/o/r/pkg/y\" -> pkg/y/y.go",
                "src/x.c -> #include \"y.h\" -> src/y.h",
                "src/x.c -> #include \"own/y.h\" -> include/own/y.h",
                "lib/x.rb -> require_relative 'sub/y' -> lib/sub/y.rb",
                "src/x.rs -> mod y; -> src/x/y.rs",
                "src/lib.rs -> mod y; -> src/y/mod.rs",
            })
    void anImportLeadsTo(String from, String line, String to) {
        UUID collection = collection();
        UUID importing = storeAt(collection, from, line + "\n");
        assertThat(target(importing)).isNull();
        // A document of the same name in another language is not what is imported.
        storeAt(collection, to.replaceFirst("\\.\\w+$", ".sql"), "select 1;");
        assertThat(target(importing)).isNull();
        UUID target = storeAt(collection, to, "y = 1\n");
        assertThat(target(importing)).isEqualTo(target.toString());
    }

    @Test
    void anImportOfALibraryIsNotBroken() {
        UUID collection = collection();
        storeAt(collection, "a.py", "import numpy\nfrom .missing import x\n");
        assertThat(broken(collection)).containsExactly(".missing:x no_document");
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/broken-links?kinds=wikilink"))
                        .getList("items"))
                .isEmpty();
    }

    @Test
    void aHeadingThatIsNotThereIsBroken() {
        UUID collection = collection();
        UUID target = storeAt(collection, "t.md", "# Top\n\ntext\n\n## What's new?\n\ntext");
        UUID linking =
                storeAt(collection, "a.md", "[[t#What's New?]] [x](t.md#whats-new) [[t#^block]] [[t#Gone]] ![[p.png]]");

        assertThat(links(linking).getList("items.heading_found")).containsExactly(true, true, null, false, null);
        assertThat(broken(collection)).containsExactly("t no_heading");

        ok(put(DOCUMENTS + "/" + target + "/content", Map.of("content", "# Gone\n\nback")));
        assertThat(links(linking).getList("items.heading_found")).containsExactly(false, false, null, true, null);
    }

    @Test
    void aPlaceInADocumentWithoutKnownHeadingsIsNotBroken() {
        // Given a source file, and a document of more headings than are kept
        UUID collection = collection();
        storeAt(collection, "src/Foo.java", "class Foo {}\n");
        StringBuilder headings = new StringBuilder();
        IntStream.range(0, 1_001).forEach(i -> headings.append("# H").append(i).append("\n\n"));
        storeAt(collection, "many.md", headings.toString());
        storeAt(collection, "none.md", "no heading at all");

        // When others link into them
        UUID linking = storeAt(
                collection, "a.md", "[x](src/Foo.java#L10) [y](many.md#h1000) [y](many.md#h0) [z](none.md#part)");

        // Then only of the last is it known that the place is not there
        assertThat(targets(linking)).doesNotContainNull();
        assertThat(links(linking).getList("items.heading_found")).containsExactly(null, null, null, false);
        assertThat(broken(collection)).containsExactly("none.md no_heading");
    }
}
