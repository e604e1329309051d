package dev.evenkeel.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.bench.demo.ContentQueries.ContentQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentQueriesTest {

    @Test
    void takesTheRarestWordsOfTheMiddle(@TempDir Path folder) throws IOException {
        // Given files of common words, one of them with rare words in its middle, and one that is no text
        String common = "alpha bravo charlie delta echoes foxtrot golfing hotels ".repeat(8);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(Files.writeString(
                    folder.resolve(i + ".txt"),
                    common + "unusual" + "abc".charAt(i) + " quixotic zephyr numbats " + common));
        }
        files.add(Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}));

        // When
        List<ContentQuery> queries = ContentQueries.from(files, 3);

        // Then
        assertThat(queries).extracting(ContentQuery::source).containsExactly(files.get(0), files.get(1), files.get(2));
        assertThat(queries.get(1).text()).contains("unusualb");
    }

    @Test
    void findsNothingWhereThereIsNoText(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("short.txt"), "too short");
        assertThat(ContentQueries.from(List.of(file), 3)).isEmpty();
    }
}
