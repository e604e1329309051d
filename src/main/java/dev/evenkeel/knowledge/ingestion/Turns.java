package dev.evenkeel.knowledge.ingestion;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/** Long work in many turns, one after the other. */
final class Turns {
    private Turns() {}

    /**
     * Takes turns as long as each says that there is more. A loop, not a recursion: what a turn has read can be forgotten
     * when it ends, and the number of turns does not deepen the stack.
     */
    static Uni<Void> whileMore(Supplier<Uni<Boolean>> turn) {
        return Multi.createBy()
                .repeating()
                .<Boolean>uni(turn::get)
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
