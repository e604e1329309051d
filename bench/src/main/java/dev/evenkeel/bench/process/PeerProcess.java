package dev.evenkeel.bench.process;

import dev.evenkeel.bench.load.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The FastAPI peer (SQLAlchemy async, asyncpg, uvloop), when its file and its Debian packages are there. It is not part of this
 * project; {@code bench/README.md} says how to get the packages.
 */
public final class PeerProcess implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private final Target target;
    private final ChildProcess process;

    private PeerProcess(Target target, ChildProcess process) {
        this.target = target;
        this.process = process;
    }

    /**
     * Starts uvicorn with the given number of worker processes.
     *
     * @param file the peer's Python file
     * @param python the interpreter that has FastAPI
     */
    public static PeerProcess start(Path file, String python, int workers, Path work, PostgresServer database) {
        String name = workers == 1 ? "FastAPI, 1 process" : "FastAPI, " + workers + " processes";
        Target target = Target.local(name, Ports.free());
        String module = file.getFileName().toString().replaceFirst("\\.py$", "");
        ChildProcess process = ChildProcess.start(
                "peer",
                List.of(
                        python,
                        "-m",
                        "uvicorn",
                        module + ":app",
                        "--app-dir",
                        String.valueOf(file.toAbsolutePath().getParent()),
                        "--port",
                        Integer.toString(target.port()),
                        "--workers",
                        Integer.toString(workers),
                        "--loop",
                        "uvloop",
                        "--http",
                        "httptools",
                        "--log-level",
                        "warning"),
                Map.of(
                        "DATABASE_URL",
                        "postgresql+asyncpg://postgres@127.0.0.1:" + database.port() + "/postgres",
                        "PYTHONDONTWRITEBYTECODE",
                        "1"),
                work.resolve("peer-" + workers + ".log"));
        if (!HttpProbe.await(target, "/health", READY_LIMIT, process::isAlive)) {
            String log = process.lastLines(10);
            process.close();
            throw new IllegalStateException("the peer did not start:\n" + log);
        }
        return new PeerProcess(target, process);
    }

    public Target target() {
        return target;
    }

    @Override
    public void close() {
        process.close();
    }
}
