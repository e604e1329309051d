package dev.evenkeel.knowledge.folders.engine;

import java.util.List;

/**
 * What is seldom worth reading or must not be found by everybody: hidden files, dependencies and what builds make, secrets,
 * lock files. A folder's own rules and its {@code .gitignore} files decide before them.
 */
public final class DefaultRules {
    /** Lines as in a {@code .gitignore} file at the root. */
    public static final List<String> LINES = List.of(
            ".*",
            "node_modules/",
            "__pycache__/",
            "venv/",
            "env/",
            "dist/",
            "build/",
            "target/",
            "bin/",
            "obj/",
            "vendor/",
            "problematic/",
            "original/",
            "*.tmp",
            "*.tmp.pdf",
            "*.gs_tmp.pdf",
            "*~",
            "~$*",
            "*secrets*",
            "*credentials*",
            "*.env",
            "*.env.*",
            "*.pem",
            "*.key",
            "*.crt",
            "*.p12",
            "*.pfx",
            "*.jks",
            "*.keystore",
            "*.so",
            "*.o",
            "*.a",
            "*.dll",
            "*.dylib",
            "*.exe",
            "*.class",
            "*.jar",
            "*.war",
            "*.pyc",
            "*.pyo",
            "*.min.js",
            "*.min.css",
            "*.map",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "poetry.lock",
            "Pipfile.lock",
            "Cargo.lock",
            "Gemfile.lock",
            "composer.lock",
            "go.mod",
            "go.sum",
            "__init__.py");

    private DefaultRules() {}
}
