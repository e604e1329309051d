package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotebookExtractorTest {

    private static final String NBFORMAT_4 = """
            {"cells": [
              {"cell_type": "markdown", "metadata": {}, "source": ["# Analysis\\n", "\\n", "What it *does*."]},
              {"cell_type": "raw", "source": "raw text"},
              {"cell_type": "code", "execution_count": 1, "metadata": {},
               "outputs": [{"output_type": "stream", "text": ["printed\\n"], "data": {"image/png": "aGVsbG8="}}],
               "source": ["import numpy as np\\n", "print(np.pi)"]},
              {"cell_type": "code", "metadata": {}, "outputs": [], "source": "%%bash\\nls -l"},
              {"cell_type": "markdown", "source": "## Result\\n\\n```\\nnot closed"},
              {"cell_type": "code", "metadata": {"vscode": {"languageId": "sql"}}, "source": "select 1"},
              {"cell_type": "code", "metadata": {}, "source": "s = '```'"}
             ],
             "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                          "language_info": {"name": "python", "version": "3.11"}},
             "nbformat": 4, "nbformat_minor": 5}
            """;

    private final DocumentExtractor extractor = new DocumentExtractor();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void cellsAreMarkdownWithFencedCodeAndKnowTheirNumberAndLanguage() {
        // When
        ExtractedText extracted = extract(NBFORMAT_4);
        // Then
        assertThat(extracted.text()).isEqualTo("""
                # Analysis

                What it *does*.

                ```python
                import numpy as np
                print(np.pi)
                ```

                Outputs: stdout

                ```bash
                %%bash
                ls -l
                ```

                ## Result

                ```
                not closed

                ```sql
                select 1
                ```

                ````python
                s = '```'
                ````

                """);
        assertThat(extracted.pages()).isEqualTo(7);
        assertThat(extracted.method()).isEqualTo("notebook");
        assertThat(extracted.title()).contains("Analysis");
        assertThat(extracted.metadata()).containsEntry("language", "python");
        assertThat(extracted.blocks())
                .extracting(Block::kind)
                .containsExactly(
                        BlockKind.HEADING,
                        BlockKind.PARAGRAPH,
                        BlockKind.CELL_CODE,
                        BlockKind.PARAGRAPH,
                        BlockKind.CELL_CODE,
                        BlockKind.HEADING,
                        BlockKind.CODE,
                        BlockKind.CELL_CODE,
                        BlockKind.CELL_CODE);
        assertThat(extracted.blocks()).extracting(Block::page).containsExactly(1, 1, 3, 3, 4, 5, 5, 6, 7);
        assertThat(extracted.blocks())
                .filteredOn(block -> block.kind() == BlockKind.CELL_CODE)
                .extracting(Block::language)
                .containsExactly("python", "bash", "sql", "python");
        assertThat(extracted.blocks().get(8).headingPath()).containsExactly("Analysis", "Result");
        assertThat(extracted.text()).doesNotContain("printed", "raw text", "aGVsbG8");
    }

    @Test
    void outputsAreNamedAndTheirContentIsNot() {
        // When
        ExtractedText extracted = extract("""
                {"cells": [{"cell_type": "code", "source": "x", "outputs": [
                  {"output_type": "stream", "name": "stderr", "text": ["warned"]},
                  {"output_type": "display_data", "data": {"text/plain": "<Figure>", "image/png": "aGVsbG8="}},
                  {"output_type": "execute_result", "data": {"text/plain": ["42"]}, "metadata": {}},
                  {"output_type": "stream", "name": "stderr", "text": "again"},
                  {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division\\nby zero", "traceback": ["t"]}
                ]}]}""");
        // Then
        assertThat(extracted.text())
                .isEqualTo("```python\nx\n```\n\nOutputs: stderr, image/png, text/plain,"
                        + " error ZeroDivisionError: division by zero\n\n");
    }

    @Test
    void theOldFormatWithWorksheetsIsRead() {
        // When
        ExtractedText extracted = extract("""
                {"metadata": {"name": "Old one"}, "nbformat": 3, "worksheets": [{"cells": [
                  {"cell_type": "heading", "level": 2, "source": ["A heading"]},
                  {"cell_type": "code", "language": "python", "input": ["x = 1\\n", "y = 2"], "outputs": []}
                ]}, {"cells": [{"cell_type": "markdown", "source": "second sheet"}]}]}
                """);
        // Then
        assertThat(extracted.text()).isEqualTo("## A heading\n\n```python\nx = 1\ny = 2\n```\n\nsecond sheet\n\n");
        assertThat(extracted.title()).contains("Old one");
        assertThat(extracted.blocks()).extracting(Block::page).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "python, python",
        "ir, r",
        "R, r",
        "julia, julia",
        "javascript, javascript",
        "ipython, python",
        "'', python"
    })
    void theKernelTellsTheLanguage(String kernel, String language) {
        // When
        ExtractedText extracted = extract("{\"cells\": [{\"cell_type\": \"code\", \"source\": \"x\"}], \"metadata\": "
                + "{\"kernelspec\": {\"language\": \"" + kernel + "\"}}}");
        // Then
        assertThat(extracted.blocks()).extracting(Block::language).containsExactly(language);
    }

    @Test
    void anEmptyNotebookHasNoBlocks() {
        assertThat(extract("{\"cells\": [], \"metadata\": {}, \"nbformat\": 4}").blocks())
                .isEmpty();
        assertThat(extract("{\"cells\": [{\"cell_type\": \"code\", \"source\": []}], \"nbformat\": 4}")
                        .blocks())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"cells\": 3}",
                "{\"cells\": [",
                "{\"cells\": [{\"cell_type\": \"code\"",
                "not json at all",
                "{\"nbformat\": 4, \"metadata\": {}}",
                "{\"worksheets\": [{}]}"
            })
    void whatIsNoNotebookIsDamaged(String json) {
        assertThatThrownBy(() -> extract(json))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.DAMAGED));
    }

    @Test
    void oddCellsAreOverlooked() {
        // When
        ExtractedText extracted = extract("""
                {"cells": [null, 3, [1, [2]], {}, {"cell_type": 7, "source": {"a": [1]}},
                  {"cell_type": "code", "metadata": [1], "source": ["a", 1, {"b": 2}, "c"]}], "metadata": null}
                """);
        // Then
        assertThat(extracted.text()).isEqualTo("```python\nac\n```\n\n");
        assertThat(extracted.pages()).isEqualTo(6);
    }

    @Test
    void deepJsonIsRefusedOrSkippedButNeverOverflowsTheStack() {
        // Given depth in an output, which is skipped, and in the document
        String deep = "[".repeat(500_000);
        assertThatThrownBy(() -> extract("{\"cells\": [{\"outputs\": " + deep)).isInstanceOf(ExtractionException.class);
        assertThatThrownBy(() -> extract(deep)).isInstanceOf(ExtractionException.class);
        String nested = "[".repeat(500) + "]".repeat(500);
        assertThat(extract("{\"cells\": [{\"outputs\": " + nested + ", \"cell_type\": \"code\", \"source\": \"x\"}]}")
                        .blocks())
                .hasSize(1);
    }

    @Test
    void hugeOutputsAreSkippedAndHugeSourcesAreRefused() throws IOException {
        // Given 60 MB of output and a small source
        Path file = directory.resolve("huge.ipynb");
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("{\"cells\": [{\"cell_type\": \"code\", \"outputs\": [{\"data\": {\"image/png\": \"");
            for (int i = 0; i < 60; i++) {
                out.write("A".repeat(1_000_000));
            }
            out.write("\"}}], \"source\": \"plot()\"}], \"nbformat\": 4}");
        }
        // When
        ExtractedText extracted = extractor.extract(file, DocumentType.NOTEBOOK, ExtractionLimits.DEFAULT);
        // Then
        assertThat(extracted.text()).contains("plot()");
        ExtractionLimits small = new ExtractionLimits(1 << 30, 1000, 10, ExtractionLimits.DEFAULT.maxTime());
        String source = "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"" + "x".repeat(600) + "\", \""
                + "y".repeat(600) + "\"]}]}";
        assertThatThrownBy(() -> extractor.extract(source, DocumentType.NOTEBOOK, small))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TOO_LARGE));
    }

    @Test
    void zerosAreRemovedAndCounted() {
        // When
        ExtractedText extracted = extract("{\"cells\": [{\"cell_type\": \"code\", \"source\": \"a\\u0000b\\r\\nc\"}]}");
        // Then
        assertThat(extracted.text()).isEqualTo("```python\nab\nc\n```\n\n");
        assertThat(extracted.removedNulCount()).isEqualTo(1);
    }

    private ExtractedText extract(String json) {
        return extractor.extract(json, DocumentType.NOTEBOOK, ExtractionLimits.DEFAULT);
    }

    @Test
    void aNotebookOfTheJupyterExamplesIsReadFromAFile() throws IOException {
        // Given
        Path file = directory.resolve("a.ipynb");
        Files.writeString(file, "\uFEFF" + NBFORMAT_4);
        // When
        ExtractedText extracted = extractor.extract(file, DocumentType.NOTEBOOK, ExtractionLimits.DEFAULT);
        // Then
        assertThat(extracted.blocks()).extracting(Block::page).isEqualTo(List.of(1, 1, 3, 3, 4, 5, 5, 6, 7));
    }
}
