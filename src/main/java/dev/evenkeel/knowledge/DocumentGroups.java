package dev.evenkeel.knowledge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Puts together what belongs to the same document. */
final class DocumentGroups {
    private DocumentGroups() {}

    /**
     * A document in a ranking.
     *
     * @param all how many of the ranking belong to it
     * @param best the first of them
     */
    record Group<T>(UUID documentId, int all, List<T> best) {}

    /**
     * The groups of a ranking, in the order of their first members.
     *
     * @param size most members that are kept of a group
     */
    static <T> List<Group<T>> of(List<T> ranking, Function<T, UUID> documentOf, int size) {
        Map<UUID, List<T>> members = new LinkedHashMap<>();
        ranking.forEach(item -> members.computeIfAbsent(documentOf.apply(item), id -> new ArrayList<>())
                .add(item));
        List<Group<T>> groups = new ArrayList<>(members.size());
        members.forEach((id, all) ->
                groups.add(new Group<>(id, all.size(), List.copyOf(all.subList(0, Math.min(size, all.size()))))));
        return groups;
    }
}
