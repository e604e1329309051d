package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a source file imports: Java, Kotlin and Groovy classes, Python modules, JavaScript and TypeScript files, Go
 * packages, C and C++ includes in quotes, Ruby's {@code require_relative}, Rust's child modules.
 */
final class SourceImports {
    private static final Pattern JVM =
            Pattern.compile("(?m)^[ \\t]*+import[ \\t]++(?:static[ \\t]++)?+([\\w$.]++)[ \\t]*+(?:;|as\\b|$)");
    private static final Pattern PYTHON_IMPORT = Pattern.compile("(?m)^[ \\t]*+import[ \\t]++([^\\n;]++)");

    /** A group without its end is part of what was found, so that no text is read twice for it. */
    private static final Pattern PYTHON_FROM = Pattern.compile(
            "(?m)^[ \\t]*+from[ \\t]++(\\.*+[\\w.]*+)[ \\t]++import[ \\t]*+(?:\\(([^)]{0,2000}+)(\\)?+)|([^\\n;(]++))");

    private static final Pattern PYTHON_NAME = Pattern.compile("\\.*+\\w[\\w.]*+");
    private static final Pattern SCRIPT = Pattern.compile(
            "(?:\\bfrom|\\bimport|\\bimport[ \\t]*+\\(|\\brequire[ \\t]*+\\()[ \\t]*+([\"'])(\u0001++)\\1");
    private static final Pattern GO_GROUP = Pattern.compile("(?m)^import[ \\t]*+\\(([^)]{0,2000}+)");
    private static final Pattern GO_SINGLE = Pattern.compile("(?m)^import[ \\t]++(?:[\\w.]++[ \\t]++)?+\"(\u0001++)\"");
    private static final Pattern QUOTED = Pattern.compile("\"(\u0001++)\"");
    private static final Pattern INCLUDE = Pattern.compile("(?m)^[ \\t]*+#[ \\t]*+include[ \\t]*+\"(\u0001++)\"");
    private static final Pattern RUBY = Pattern.compile("(?m)^[ \\t]*+require_relative[ \\t(]++([\"'])(\u0001++)\\1");
    private static final Pattern RUST =
            Pattern.compile("(?m)^[ \\t]*+(?:pub(?:\\([^)\\n]*+\\))?+[ \\t]++)?+mod[ \\t]++(\\w++)[ \\t]*+;");

    private final NoteCollector collector;
    private final String source;
    private final String masked;

    private SourceImports(NoteCollector collector, String source, ImportFamily family) {
        this.collector = collector;
        this.source = source;
        this.masked = SourceMask.of(source, family);
    }

    static void read(NoteCollector collector, String source, DocumentType type) {
        ImportFamily.of(type).ifPresent(family -> new SourceImports(collector, source, family).read(family));
    }

    private void read(ImportFamily family) {
        switch (family) {
            case JVM -> each(JVM, found -> add(found.group(1), found.start(1), false));
            case PYTHON -> readPython();
            case SCRIPT -> each(SCRIPT, found -> addScript(quoted(found, 2), found.start(2)));
            case GO -> readGo();
            case C -> each(INCLUDE, found -> add(quoted(found, 1), found.start(1), true));
            case RUBY -> each(RUBY, found -> add(quoted(found, 2), found.start(2), true));
            case RUST -> each(RUST, found -> add(found.group(1), found.start(1), true));
        }
    }

    private interface Found {
        void at(Matcher found);
    }

    private void each(Pattern pattern, Found action) {
        Matcher matcher = pattern.matcher(masked);
        while (matcher.find()) {
            action.at(matcher);
        }
    }

    private String quoted(Matcher found, int group) {
        return source.substring(found.start(group), found.end(group));
    }

    private void readPython() {
        each(PYTHON_IMPORT, found -> {
            for (String module : found.group(1).split(",")) {
                Matcher name = PYTHON_NAME.matcher(module.strip());
                if (name.lookingAt()) {
                    add(name.group(), found.start(1), false);
                }
            }
        });
        each(PYTHON_FROM, found -> {
            String module = found.group(1);
            String names = found.group(2) == null ? found.group(4) : found.group(2);
            boolean endless = found.group(2) != null && found.group(3).isEmpty();
            boolean own = module.startsWith(".");
            if (endless || names.strip().equals("*")) {
                add(module, found.start(1), own);
                return;
            }
            for (String each : names.replace("\\", " ").split(",")) {
                Matcher name = PYTHON_NAME.matcher(each.strip());
                if (name.lookingAt()) {
                    add(module + ":" + name.group(), found.start(1), own);
                }
            }
        });
    }

    /** A package of a registry is no file; what begins with {@code @/} or {@code ~/} is one by the custom of bundlers. */
    private void addScript(String module, int position) {
        boolean relative = module.startsWith("./")
                || module.startsWith("../")
                || List.of(".", "..").contains(module);
        String path = module.split("[?#]", 2)[0];
        if (relative) {
            add(path, position, new LinkTarget(path, null).mayBeDocument());
        } else if (module.startsWith("@/") || module.startsWith("~/")) {
            add(path, position, false);
        }
    }

    private void readGo() {
        each(GO_GROUP, group -> {
            Matcher each = QUOTED.matcher(masked).region(group.start(1), group.end(1));
            while (each.find()) {
                addGo(quoted(each, 1), each.start(1));
            }
        });
        each(GO_SINGLE, found -> addGo(quoted(found, 1), found.start(1)));
    }

    /** Packages of the standard library have no dot in their first segment. */
    private void addGo(String path, int position) {
        int slash = path.indexOf('/');
        if (slash > 0 && path.substring(0, slash).contains(".")) {
            add(path, position, false);
        }
    }

    private void add(String target, int position, boolean expected) {
        boolean usable = !target.isBlank()
                && target.length() <= NoteLink.MAX_TARGET_CHARS
                && target.chars().noneMatch(Character::isISOControl);
        if (usable) {
            collector.link(LinkKind.IMPORT, new LinkTarget(target, null), null, position, expected);
        }
    }
}
