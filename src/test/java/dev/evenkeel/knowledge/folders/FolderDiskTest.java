package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put in the place of a folder while it is walked is neither listed nor read. */
class FolderDiskTest {
    @TempDir
    private Path directory = Path.of("");

    private Path top = directory;
    private Path outside = directory;

    @BeforeEach
    void aFolderAndAnother() throws IOException {
        top = Files.createDirectories(directory.toRealPath().resolve("top"));
        outside = Files.createDirectories(directory.toRealPath().resolve("outside"));
        Files.createDirectories(top.resolve("sub"));
        Files.writeString(top.resolve("a.md"), "mine");
        Files.writeString(outside.resolve("a.md"), "secret");
        Files.writeString(outside.resolve("secret.md"), "secret");
    }

    private FolderRoot opened() throws IOException {
        return new FolderRoot(
                top,
                Files.readAttributes(top, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey());
    }

    private static FolderWalk walk(FolderRoot root) {
        return new FolderWalk(root, IgnoreRules.NONE, true, 100, path -> true, FolderVisitor.NOBODY);
    }

    private static List<String> paths(FolderWalk walk) {
        List<String> paths = new ArrayList<>();
        for (List<FolderEntry> batch = walk.next(10); !batch.isEmpty(); batch = walk.next(10)) {
            batch.forEach(entry -> paths.add(entry.path()));
        }
        return paths;
    }

    private static String read(FolderRoot root, String path) throws IOException {
        return FolderDisk.read(
                root,
                path,
                (channel, attributes) ->
                        new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void whatIsThereIsListedAndRead() throws IOException {
        Files.writeString(top.resolve("sub/ä b.md"), "deep");
        FolderRoot root = opened();
        assertThat(paths(walk(root))).containsExactly("a.md", "sub/ä b.md");
        assertThat(read(root, "a.md")).isEqualTo("mine");
        assertThat(read(root, "sub/ä b.md")).isEqualTo("deep");
        assertThat(FolderDisk.isGone(root, "sub/none.md")).isTrue();
        assertThat(FolderDisk.isGone(root, "a.md")).isFalse();
    }

    @Test
    void aRootThatIsReplacedByALinkIsNotRead() throws IOException {
        // Given
        FolderRoot root = opened();
        FolderWalk begun = walk(root);
        // When
        Files.move(top, top.resolveSibling("away"));
        Files.createSymbolicLink(top, outside);
        // Then
        assertThatThrownBy(() -> read(root, "a.md")).isInstanceOf(FolderUnavailable.class);
        assertThatThrownBy(() -> FolderDisk.isGone(root, "b.md")).isInstanceOf(FolderUnavailable.class);
        assertThatThrownBy(() -> walk(root)).isInstanceOf(FolderUnavailable.class);
        assertThatThrownBy(() -> paths(begun)).isInstanceOf(FolderUnavailable.class);
    }

    @Test
    void aRootThatIsGoneTellsNothingOfItsFiles() throws IOException {
        // Given
        FolderRoot root = opened();
        FolderWalk begun = walk(root);
        // When
        Files.move(top, top.resolveSibling("away"));
        // Then
        assertThatThrownBy(() -> FolderDisk.isGone(root, "a.md"))
                .isInstanceOf(FolderUnavailable.class)
                .hasMessageNotContaining(top.toString());
        assertThatThrownBy(() -> paths(begun)).isInstanceOf(FolderUnavailable.class);
    }

    @Test
    void aFolderThatIsReplacedByALinkIsNotListed() throws IOException {
        // Given a walk that has seen the folder and not entered it
        FolderRoot root = opened();
        FolderWalk begun = walk(root);
        // When
        Files.delete(top.resolve("sub"));
        Files.createSymbolicLink(top.resolve("sub"), outside);
        // Then
        assertThat(paths(begun)).containsExactly("a.md", "sub/");
        assertThatThrownBy(() -> read(root, "sub/secret.md")).isInstanceOf(IOException.class);
    }

    @Test
    void aByteOrderMarkIsNoPartOfAPattern() throws IOException {
        Files.writeString(top.resolve(".gitignore"), "\uFEFFa.md\n.gitignore\n");
        Files.writeString(top.resolve("b.md"), "b");
        assertThat(paths(walk(opened()))).containsExactly("b.md");
    }
}
