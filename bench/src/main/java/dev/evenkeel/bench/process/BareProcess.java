package dev.evenkeel.bench.process;

import dev.evenkeel.bench.bare.BareServer;
import dev.evenkeel.bench.load.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The baseline server in a process of its own. */
public final class BareProcess implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    private final Target target;
    private final ChildProcess process;

    private BareProcess(Target target, ChildProcess process) {
        this.target = target;
        this.process = process;
    }

    /** Starts the server; with a database it also answers the document paths, for tokens that it holds. */
    public static BareProcess start(List<String> jvmOptions, Path work, @Nullable PostgresServer database) {
        Target target = Target.local("bare Vert.x", Ports.free());
        List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(target.port())));
        if (database != null) {
            arguments.addAll(List.of("--database", "postgresql://postgres@127.0.0.1:" + database.port() + "/postgres"));
        }
        ChildProcess process = ChildProcess.start(
                "bare", JavaCommand.main(jvmOptions, BareServer.class, arguments), Map.of(), work.resolve("bare.log"));
        if (!HttpProbe.await(target, "/hello", READY_LIMIT, process::isAlive)) {
            throw new IllegalStateException("the bare server did not start:\n" + process.lastLines(20));
        }
        return new BareProcess(target, process);
    }

    public Target target() {
        return target;
    }

    @Override
    public void close() {
        process.close();
    }
}
