package dev.evenkeel.bench.memory.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.bench.cli.Options;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** One side in a process of its own, so that its threads and its memory are its own: warms up, measures, writes its figures. */
public final class ClientProcess {

    private ClientProcess() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.of("client", "one side of memory-client")
                .with("side", "", "blocking or reactive")
                .with("port", "", "port of PostgreSQL on 127.0.0.1")
                .with("connections", "20", "connections")
                .with("callers", "1", "callers with one operation in flight each")
                .with("millis", "1000", "measured time of each operation")
                .with("warm-up-millis", "1000", "time of each operation before anything is measured")
                .with("out", "", "file that gets the figures")
                .parse(args);
        try (Side side = side(options)) {
            for (EntryStatement operation : EntryStatement.values()) {
                side.run(operation, Duration.ofMillis(options.number("warm-up-millis")));
            }
            List<OperationFigures> operations = new ArrayList<>();
            for (EntryStatement operation : EntryStatement.values()) {
                operations.add(measure(side, operation, Duration.ofMillis(options.number("millis"))));
            }
            System.gc();
            SideFigures figures = new SideFigures(
                    options.text("side"),
                    options.number("callers"),
                    operations,
                    ManagementFactory.getThreadMXBean().getPeakThreadCount(),
                    peakResidentBytes(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            new ObjectMapper().writeValue(options.path("out").toFile(), figures);
        }
    }

    private static Side side(Options options) {
        int connections = options.number("connections");
        int callers = options.number("callers");
        String address = "postgresql://127.0.0.1:" + options.text("port") + "/postgres?user=postgres";
        return switch (options.text("side")) {
            case "blocking" -> new BlockingSide("jdbc:" + address, connections, callers);
            case "reactive" -> new ReactiveSide(address, connections, callers);
            default -> throw new IllegalArgumentException("--side must be blocking or reactive");
        };
    }

    private static OperationFigures measure(Side side, EntryStatement operation, Duration duration) throws Exception {
        long begin = System.nanoTime();
        Histogram latencies = side.run(operation, duration);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double perSecond = latencies.getTotalCount() / seconds;
        return new OperationFigures(
                operation.title(),
                perSecond,
                perSecond * operation.entries(),
                Latencies.millis(latencies, 50),
                Latencies.millis(latencies, 95),
                Latencies.millis(latencies, 99),
                Latencies.millis(latencies, 100),
                latencies.getTotalCount());
    }

    private static long peakResidentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
