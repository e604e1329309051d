package dev.evenkeel.knowledge.ingestion.extract;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The types of documents that are read, each with the endings of file names by which it is known. */
public enum DocumentType {
    MARKDOWN("markdown", "md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"),
    TEXT("text", "txt", "text", "log"),
    PDF("pdf", "pdf"),
    NOTEBOOK("notebook", "ipynb"),
    DOCX("docx", "docx", "docm", "dotx"),
    PPTX("pptx", "pptx", "pptm", "ppsx", "potx"),
    XLSX("xlsx", "xlsx", "xlsm", "xltx"),
    EPUB("epub", "epub"),
    EMAIL("email", "eml"),
    IMAGE("image", "png", "jpg", "jpeg", "tif", "tiff", "gif", "webp"),

    GO("go", "go"),
    PYTHON("python", "py", "pyi", "pyw"),
    JAVA("java", "java"),
    TYPESCRIPT("typescript", "ts", "tsx", "mts", "cts"),
    JAVASCRIPT("javascript", "js", "jsx", "mjs", "cjs"),

    HTML("html", "html", "htm", "xhtml"),
    CSS("css", "css"),
    SASS("sass", "sass", "scss", "less"),
    VUE("vue", "vue"),
    ANGULAR("angular", "component.html"),
    SVELTE("svelte", "svelte"),
    LIQUID("liquid", "liquid"),
    JINJA("jinja", "jinja", "jinja2", "j2"),
    JSON("json", "json", "jsonl", "ndjson", "json5", "geojson"),
    YAML("yaml", "yaml", "yml"),
    TOML("toml", "toml"),
    XML("xml", "xml", "xsd", "xsl", "xslt", "svg", "rss", "atom"),
    PROPERTIES("properties", "properties", "ini", "cfg", "conf", "env", "editorconfig"),
    CSV("csv", "csv", "tsv"),
    SQL("sql", "sql"),
    SHELL("shell", "sh", "bash", "zsh", "fish", "ps1", "bat"),
    DOCKERFILE("dockerfile", "dockerfile", "containerfile"),
    MAKEFILE("makefile", "mk", "makefile"),
    TERRAFORM("terraform", "tf", "tfvars", "hcl"),
    GRAPHQL("graphql", "graphql", "gql"),
    PROTOBUF("protobuf", "proto"),
    C("c", "c", "h"),
    CPP("cpp", "cpp", "cc", "cxx", "hpp", "hh", "hxx"),
    CSHARP("csharp", "cs"),
    RUST("rust", "rs"),
    PHP("php", "php"),
    RUBY("ruby", "rb"),
    KOTLIN("kotlin", "kt", "kts"),
    GROOVY("groovy", "groovy", "gradle"),
    SCALA("scala", "scala", "sc"),
    SWIFT("swift", "swift"),
    PERL("perl", "pl", "pm"),
    LUA("lua", "lua"),
    R("r", "r"),
    JULIA("julia", "jl"),
    HASKELL("haskell", "hs"),
    CLOJURE("clojure", "clj", "cljs"),
    ELIXIR("elixir", "ex", "exs"),
    WAST("wast", "wast", "wat"),
    TEX("tex", "tex", "sty", "bib"),
    RESTRUCTURED_TEXT("restructuredtext", "rst"),
    ASCIIDOC("asciidoc", "adoc", "asciidoc"),
    ORG("org", "org"),
    DIFF("diff", "diff", "patch");

    private static final Map<String, DocumentType> BY_WIRE_NAME;
    private static final Map<String, DocumentType> BY_ENDING;

    private static final Map<String, DocumentType> BY_WHOLE_NAME =
            Map.of("dockerfile", DOCKERFILE, "containerfile", DOCKERFILE, "makefile", MAKEFILE);

    private static final Set<DocumentType> DIVIDED =
            Set.of(GO, PYTHON, JAVA, TYPESCRIPT, JAVASCRIPT, C, CPP, CSHARP, RUST, KOTLIN, RUBY, PHP, SQL, SHELL);

    static {
        Map<String, DocumentType> byWireName = new HashMap<>();
        Map<String, DocumentType> byEnding = new HashMap<>();
        for (DocumentType type : values()) {
            byWireName.put(type.wireName, type);
            type.endings.forEach(ending -> byEnding.put(ending, type));
        }
        BY_WIRE_NAME = Collections.unmodifiableMap(byWireName);
        BY_ENDING = Collections.unmodifiableMap(byEnding);
    }

    private final String wireName;
    private final List<String> endings;

    DocumentType(String wireName, String... endings) {
        this.wireName = wireName;
        this.endings = List.of(endings);
    }

    /** The name in API answers and requests, for example {@code typescript}. */
    public String wireName() {
        return wireName;
    }

    /** Whether its files are text, so that it may come as such. */
    public boolean isText() {
        return this != PDF && this != IMAGE && !isPackage();
    }

    /** Whether its files are ZIP archives with a fixed inner order. */
    boolean isPackage() {
        return this == DOCX || this == PPTX || this == XLSX || this == EPUB;
    }

    /** Whether its source is divided at declarations. */
    boolean isDividedAtDeclarations() {
        return DIVIDED.contains(this);
    }

    /** The type of an exact wire name; the letter case counts. */
    public static Optional<DocumentType> ofWireName(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }

    /** The type a file name stands for by its longest known ending or, without a dot, as a whole; a path may stand in front. */
    public static Optional<DocumentType> ofFileName(String fileName) {
        int slash = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\'));
        String name = fileName.substring(slash + 1).toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        while (dot >= 0) {
            DocumentType type = BY_ENDING.get(name.substring(dot + 1));
            if (type != null) {
                return Optional.of(type);
            }
            dot = name.indexOf('.', dot + 1);
        }
        return name.indexOf('.') < 0 ? Optional.ofNullable(BY_WHOLE_NAME.get(name)) : Optional.empty();
    }
}
