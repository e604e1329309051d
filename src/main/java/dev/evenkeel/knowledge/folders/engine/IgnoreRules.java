package dev.evenkeel.knowledge.folders.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is left out of a folder: lists of patterns, each for a folder and all below it. Within a list the last pattern that
 * matches decides; a list decides before those that came earlier, as the file of a folder does before that of its parent.
 * What is inside a folder that is left out cannot be taken in again: whoever walks does not look into it. Immutable.
 */
public final class IgnoreRules {
    /** Nothing is left out. */
    public static final IgnoreRules NONE = new IgnoreRules(null, null, 0, List.of(), new byte[0]);

    private final @Nullable IgnoreRules lastWord;
    private final @Nullable IgnoreRules earlier;
    private final int depth;
    private final List<IgnorePattern> patterns;
    private final byte[] fingerprint;

    private IgnoreRules(
            @Nullable IgnoreRules lastWord,
            @Nullable IgnoreRules earlier,
            int depth,
            List<IgnorePattern> patterns,
            byte[] fingerprint) {
        this.lastWord = lastWord;
        this.earlier = earlier;
        this.depth = depth;
        this.patterns = patterns;
        this.fingerprint = fingerprint;
    }

    /**
     * These rules and a further list.
     *
     * @param depth how deep the folder of the list lies: 0 at the root
     * @param lines lines as in a {@code .gitignore} file
     */
    public IgnoreRules with(int depth, List<String> lines) {
        List<IgnorePattern> added = new ArrayList<>();
        lines.forEach(line -> IgnorePattern.of(line).ifPresent(added::add));
        return added.isEmpty()
                ? this
                : new IgnoreRules(lastWord, this, depth, List.copyOf(added), fingerprint("with " + depth, lines));
    }

    /** These rules and a list of the root that decides before all others, also those that are added later. */
    public IgnoreRules withLastWord(List<String> lines) {
        return new IgnoreRules(NONE.with(0, lines), earlier, depth, patterns, fingerprint("last", lines));
    }

    /** 32 bytes that are others when other rules, or rules in another order, were added; empty without any. */
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    private byte[] fingerprint(String step, List<String> lines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(fingerprint);
            digest.update(step.getBytes(StandardCharsets.UTF_8));
            // No line holds a line feed.
            lines.forEach(line -> digest.update(("\n" + line).getBytes(StandardCharsets.UTF_8)));
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Whether a file or folder is left out.
     *
     * @param path segments from the root; those of its folders are not left out themselves
     */
    public boolean ignores(List<String> path, boolean folder) {
        return Optional.ofNullable(lastWord)
                .flatMap(rules -> rules.decision(path, folder))
                .or(() -> decision(path, folder))
                .orElse(false);
    }

    private Optional<Boolean> decision(List<String> path, boolean folder) {
        for (IgnoreRules list = this; list != null; list = list.earlier) {
            if (path.size() <= list.depth) {
                continue;
            }
            List<String> below = path.subList(list.depth, path.size());
            for (int i = list.patterns.size() - 1; i >= 0; i--) {
                if (list.patterns.get(i).matches(below, folder)) {
                    return Optional.of(!list.patterns.get(i).isNegated());
                }
            }
        }
        return Optional.empty();
    }
}
