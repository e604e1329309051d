package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the heading paths of blocks have in common. */
final class HeadingPaths {

    private HeadingPaths() {}

    /** The common prefix of the paths of blocks; a heading that stands above what follows it does not shorten it. */
    static List<String> common(List<Block> blocks) {
        List<String> common = null;
        for (int i = 0; i < blocks.size(); i++) {
            List<String> path = blocks.get(i).headingPath();
            Block next = i + 1 < blocks.size() ? blocks.get(i + 1) : null;
            if (blocks.get(i).kind() != BlockKind.HEADING || !leadsTo(path, next)) {
                common = common == null ? path : commonPrefix(common, path);
            }
        }
        return common == null ? List.of() : common;
    }

    private static boolean leadsTo(List<String> path, @Nullable Block next) {
        return next != null && commonPrefix(path, next.headingPath()).size() == path.size();
    }

    static List<String> commonPrefix(List<String> a, List<String> b) {
        int length = 0;
        while (length < Math.min(a.size(), b.size()) && a.get(length).equals(b.get(length))) {
            length++;
        }
        return a.subList(0, length);
    }
}
