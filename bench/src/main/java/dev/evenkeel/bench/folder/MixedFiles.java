package dev.evenkeel.bench.folder;

import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of real and generated files of several types, and changes to it. */
public final class MixedFiles {

    private static final int VOCABULARY = 20_000;
    private static final int LARGEST_REAL_BYTES = 200_000;

    private final Path root;
    private final ZipfText text;
    private final Random random;
    private final List<Path> files = new ArrayList<>();

    public MixedFiles(Path root, long seed) {
        this.root = root;
        this.text = new ZipfText(VOCABULARY, seed);
        this.random = new Random(seed);
    }

    /** Copies real files, and generates the rest. */
    public void create(Path real, int realFiles, int count) throws IOException {
        if (Files.isDirectory(real)) {
            try (Stream<Path> all = Files.walk(real)) {
                List<Path> chosen =
                        all.filter(MixedFiles::isUsable).limit(realFiles).toList();
                for (Path file : chosen) {
                    Path target =
                            root.resolve("real").resolve(real.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                    files.add(target);
                }
            }
        }
        for (int number = files.size(); number < count; number++) {
            Path file = root.resolve("generated/" + number % 50 + "/" + name(number));
            Files.createDirectories(file.getParent());
            Files.writeString(file, content(number));
            files.add(file);
        }
    }

    private static boolean isUsable(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) > 0 && Files.size(file) <= LARGEST_REAL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(int number) {
        String[] endings = {"md", "txt", "py", "json", "html", "csv", "java", "ipynb"};
        return "file" + number + "." + endings[number % endings.length];
    }

    private String content(int number) {
        String first = text.paragraph(300);
        String second = text.paragraph(300);
        return switch (number % 8) {
            case 0 -> "# File " + number + "\n\n" + first + "\n\n## Part\n\n" + second + "\n";
            case 1 -> first + "\n\n" + second + " " + number + "\n";
            case 2 -> "def function" + number + "():\n    \"\"\"" + first + "\"\"\"\n    return " + number + "\n";
            case 3 -> "{\"number\": " + number + ", \"text\": \"" + first + "\"}\n";
            case 4 -> "<html><body><h1>File " + number + "</h1><p>" + first + "</p></body></html>\n";
            case 5 -> "number,text\n" + number + "," + first.replace(',', ' ') + "\n";
            case 6 -> "/** " + first + " */\nclass File" + number + " {\n    int number = " + number + ";\n}\n";
            default ->
                "{\"cells\": [{\"cell_type\": \"markdown\", \"metadata\": {}, \"source\": [\"# File " + number
                        + "\\n\", \"" + first + "\"]}], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}\n";
        };
    }

    /** A move of a file. */
    public record Move(String from, String to) {}

    /** Changes, moves and deletes so many files, none of them twice; the moves. */
    public List<Move> disturb(int changes, int moves, int deletions) throws IOException {
        Set<Path> touched = new HashSet<>();
        for (int i = 0; i < changes; i++) {
            Files.writeString(another(touched), "\n" + text.paragraph(200) + "\n");
        }
        List<Move> moved = new ArrayList<>();
        for (int i = 0; i < moves; i++) {
            Path from = another(touched);
            Path to = root.resolve("moved/" + i % 7 + "/" + i + "-" + from.getFileName());
            Files.createDirectories(to.getParent());
            Files.move(from, to);
            moved.add(new Move(relative(from), relative(to)));
        }
        for (int i = 0; i < deletions; i++) {
            Files.delete(another(touched));
        }
        return moved;
    }

    private Path another(Set<Path> touched) {
        while (true) {
            Path file = files.get(random.nextInt(files.size()));
            if (touched.add(file)) {
                return file;
            }
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString();
    }
}
