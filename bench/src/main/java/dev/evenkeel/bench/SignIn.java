package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.ingest.EventLoopLag;
import dev.evenkeel.bench.load.BurstAnswer;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.LoadRun;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import dev.evenkeel.bench.process.BareProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import dev.evenkeel.bench.signin.CredentialCost;
import dev.evenkeel.bench.signin.EqualTiming;
import dev.evenkeel.bench.signin.People;
import dev.evenkeel.bench.signin.ResidentMemory;
import dev.evenkeel.bench.signin.SignInBursts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sign-ins that all come at once, with probes in the open model beside them; and what a credential costs. */
public final class SignIn {

    private static final int PROBES_PER_SECOND = 50;
    private static final int CONNECTIONS = 8;
    private static final int WARM_UP_BURSTS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final double MIB = 1024.0 * 1024.0;

    private final Options options;

    private SignIn(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("sign-in", "bursts of sign-ins, probes beside them, and the cost of a credential")
                .with("sign-ins", "100", "sign-ins at once")
                .with("bursts", "4", "such bursts, one after the other")
                .with("overload", "400", "sign-ins in one burst that is more than can be served; 0 for none")
                .with("idle-seconds", "15", "measured seconds of probes while nobody signs in")
                .with("warm-up", "10", "seconds of probes before anything is measured")
                .with("pairs", "40", "refusals of known and of unknown users, one after the other")
                .with("check-seconds", "3", "seconds for each credential in each of three rounds");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new SignIn(options).run();
    }

    private void run() throws IOException, InterruptedException {
        // Everybody comes from one address here; the limit for an address is not what is measured.
        Map<String, String> settings = Map.of("EVENKEEL_IDENTITY_SIGN_IN_ATTEMPTS_PER_ADDRESS", "1000000");
        Path work = options.path("work").resolve("sign-in-control").toAbsolutePath();
        Files.createDirectories(work);
        // Probes and sign-ins leave on event loops of their own, so that a burst does not hold up the clock of the
        // probes.
        try (ServiceUnderTest service = ServiceUnderTest.start(options, "sign-in", settings);
                BareProcess control =
                        BareProcess.start(ServiceSettings.from(options).jvmOptions(), work, null);
                LoadGenerator prober = new LoadGenerator(1, TIMEOUT);
                LoadGenerator crowd = new LoadGenerator(1, TIMEOUT)) {
            Machine machine = Machine.describe(null);
            Evenkeel api = service.api();
            People people = People.create(api, options.number("sign-ins"));
            List<Operation> probes = probes(service.management(), control.target());
            prober.run(probes, CONNECTIONS, options.seconds("warm-up"));
            for (int i = 0; i < WARM_UP_BURSTS; i++) {
                crowd.burst(api.target(), people.signIns(options.number("sign-ins")));
            }
            List<OperationResult> idle = prober.run(probes, CONNECTIONS, options.seconds("idle-seconds"));
            EqualTiming timing = EqualTiming.measure(people, options.number("pairs"));
            List<CredentialCost> costs = CredentialCost.measure(
                    crowd,
                    api,
                    people.session(0),
                    api.withTokenOfNewUser("checker").token(),
                    options.seconds("check-seconds"));
            EventLoopLag.Counts before = EventLoopLag.count(service.management());
            Load usual =
                    load(service, prober, crowd, people, probes, options.number("bursts"), options.number("sign-ins"));
            EventLoopLag lag = EventLoopLag.since(before, service.management());
            int overload = options.number("overload");
            Load heavy = overload == 0 ? null : load(service, prober, crowd, people, probes, 1, overload);
            report(service, machine, idle, usual, lag, heavy, timing, costs);
        }
    }

    /** Sign-ins, the probes beside them, and the resident memory before and at its highest, in bytes. */
    private record Load(SignInBursts signIns, List<OperationResult> probes, long before, long peak) {}

    private static List<Operation> probes(Target management, Target control) {
        return List.of(
                probe("control probe", control, "/q/health/live"),
                probe("liveness", management, "/q/health/live"),
                probe("readiness", management, "/q/health/ready"));
    }

    private static Operation probe(String name, Target management, String path) {
        return Operation.of(name, management, PROBES_PER_SECOND, RequestSpec.get(management, path, null));
    }

    private static Load load(
            ServiceUnderTest service,
            LoadGenerator prober,
            LoadGenerator crowd,
            People people,
            List<Operation> probes,
            int bursts,
            int each)
            throws InterruptedException {
        try (ResidentMemory memory = new ResidentMemory(service::residentBytes)) {
            LoadRun run = prober.start(probes, CONNECTIONS);
            List<List<BurstAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < bursts; i++) {
                answers.add(crowd.burst(service.api().target(), people.signIns(each)));
            }
            return new Load(SignInBursts.of(each, answers), run.finish(), memory.before(), memory.peak());
        }
    }

    private void report(
            ServiceUnderTest service,
            Machine machine,
            List<OperationResult> idle,
            Load usual,
            EventLoopLag lag,
            @Nullable Load heavy,
            EqualTiming timing,
            List<CredentialCost> costs) {
        Report report = new Report("sign-in", "Many sign in at once", machine)
                .value("idle", idle)
                .value("bursts", usual)
                .value("equal_timing", timing)
                .value("credentials", costs)
                .value("event_loop_lag", lag)
                .value("blocked_event_loop_warnings", service.blockedWarnings())
                .paragraph("The control probe is a bare Vert.x server in the same run. " + said(usual)
                        + (heavy == null ? "" : " " + said(heavy)))
                .paragraph(String.format(
                        Locale.ROOT,
                        "Event-loop lag: p50 %s ms, p99 %s ms; warnings of a blocked event loop: %d. A wrong password of a known user is refused in %.1f ms, of an unknown one in %.1f ms (ratio %.3f; medians of %d each, taking turns).",
                        MarkdownTable.number(lag.p50Ms()),
                        MarkdownTable.number(lag.p99Ms()),
                        service.blockedWarnings(),
                        timing.knownMs(),
                        timing.unknownMs(),
                        timing.ratio(),
                        timing.pairs()))
                .table(probeTable(idle, usual, heavy))
                .table(costTable(costs));
        if (heavy != null) {
            report.value("overload", heavy);
        }
        report.write(options);
    }

    private static String said(Load load) {
        SignInBursts signIns = load.signIns();
        return String.format(
                Locale.ROOT,
                "%d x %d sign-ins at once: answers by status %s, slowest %.1f s%s; resident memory %.0f MiB before, %.0f MiB at most.",
                signIns.bursts(),
                signIns.each(),
                signIns.statuses(),
                signIns.slowestMs() / 1000,
                Double.isNaN(signIns.slowestRefusalMs())
                        ? ""
                        : String.format(Locale.ROOT, ", slowest refusal %.0f ms", signIns.slowestRefusalMs()),
                load.before() / MIB,
                load.peak() / MIB);
    }

    private static MarkdownTable probeTable(List<OperationResult> idle, Load usual, @Nullable Load heavy) {
        MarkdownTable table = new MarkdownTable("probe", "while", "requests", "p50 ms", "p99 ms", "max ms", "failures");
        rows(table, "nobody signs in", idle);
        rows(table, usual.signIns().each() + " at once", usual.probes());
        if (heavy != null) {
            rows(table, heavy.signIns().each() + " at once", heavy.probes());
        }
        return table;
    }

    private static void rows(MarkdownTable table, String during, List<OperationResult> probes) {
        for (OperationResult probe : probes) {
            table.row(
                    probe.name(),
                    during,
                    Long.toString(probe.count()),
                    MarkdownTable.number(probe.p50Ms()),
                    MarkdownTable.number(probe.p99Ms()),
                    MarkdownTable.number(probe.maxMs()),
                    Long.toString(probe.failures()));
        }
    }

    private static MarkdownTable costTable(List<CredentialCost> costs) {
        MarkdownTable table = new MarkdownTable("credential", "p50 ms", "p99 ms", "added at p50, ms");
        for (CredentialCost cost : costs) {
            table.row(
                    cost.credential(),
                    MarkdownTable.number(cost.p50Ms()),
                    MarkdownTable.number(cost.p99Ms()),
                    MarkdownTable.number(cost.addedMs()));
        }
        return table;
    }
}
