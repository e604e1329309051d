package dev.evenkeel.knowledge.quarantine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A set of SHA-256 hashes as people write them down: in any case, with comments. */
final class ContentHashes {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final Set<String> hashes = new HashSet<>();

    /** Adds hashes, one a line, and gives the lines that are none. */
    List<String> add(Collection<String> lines) {
        List<String> others = new ArrayList<>();
        for (String line : lines) {
            String hash = line.replaceFirst("#.*", "").trim().toLowerCase(Locale.ROOT);
            if (SHA_256.matcher(hash).matches()) {
                hashes.add(hash);
            } else if (!hash.isEmpty()) {
                others.add(hash);
            }
        }
        return others;
    }

    boolean contains(String hash) {
        return hashes.contains(hash);
    }
}
