package dev.evenkeel.knowledge.facade;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/** Makes lists of rows: its clients know no pages, so that a list may be too long for an event loop. */
@ApplicationScoped
class RagKbRows {
    /** Rows that take less time than handing them to a worker. */
    private static final int INLINE = 200;

    private final Offload offload;

    RagKbRows(Offload offload) {
        this.offload = offload;
    }

    <T> Uni<T> map(RowSet<Row> rows, Function<RowSet<Row>, T> mapping) {
        return rows.size() <= INLINE
                ? Uni.createFrom().item(() -> mapping.apply(rows))
                : offload.interactive(() -> mapping.apply(rows));
    }
}
