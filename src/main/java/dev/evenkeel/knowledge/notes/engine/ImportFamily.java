package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import java.util.Optional;

/** Languages whose files can import each other. */
enum ImportFamily {
    JVM("jvm"),
    PYTHON("python"),
    SCRIPT("script"),
    GO("go"),
    RUBY("ruby"),
    RUST("rust"),
    /** C and C++: an include names the file with its ending, so that the keys of every document do. */
    C(DocumentKey.ANY);

    private final String space;

    ImportFamily(String space) {
        this.space = space;
    }

    /** The name space of keys. */
    String space() {
        return space;
    }

    static Optional<ImportFamily> of(DocumentType type) {
        return switch (type) {
            case JAVA, KOTLIN, GROOVY -> Optional.of(JVM);
            case PYTHON -> Optional.of(PYTHON);
            case TYPESCRIPT, JAVASCRIPT, VUE, SVELTE -> Optional.of(SCRIPT);
            case GO -> Optional.of(GO);
            case RUBY -> Optional.of(RUBY);
            case RUST -> Optional.of(RUST);
            case C, CPP -> Optional.of(C);
            default -> Optional.empty();
        };
    }
}
