package dev.evenkeel.bench.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a command, written {@code --name value}; a name that was not declared is refused, {@code --help} lists all.
 * Declare every option with its default first, then {@link #parse}.
 */
public final class Options {

    private record Declared(String defaultValue, String help) {}

    private final String command;
    private final String summary;
    private final Map<String, Declared> declared = new LinkedHashMap<>();
    private final Map<String, String> given = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();

    private Options(String command, String summary) {
        this.command = command;
        this.summary = summary;
    }

    public static Options of(String command, String summary) {
        return new Options(command, summary);
    }

    /** Declares an option; an empty default means "not set". */
    public Options with(String name, String defaultValue, String help) {
        declared.put(name, new Declared(defaultValue, help));
        return this;
    }

    /** Reads the arguments; prints usage and ends the process on {@code --help} and on an unknown option. */
    public Options parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (!arg.startsWith("--")) {
                arguments.add(arg);
                continue;
            }
            String name = arg.substring(2);
            if (name.equals("help")) {
                usage(0, null);
            }
            if (!declared.containsKey(name) || i + 1 >= args.length) {
                usage(2, declared.containsKey(name) ? arg + " needs a value" : "unknown option " + arg);
            }
            given.put(name, args[++i]);
        }
        return this;
    }

    private void usage(int status, @Nullable String problem) {
        if (problem != null) {
            System.err.println(problem);
        }
        System.err.println(command + ": " + summary);
        declared.forEach((name, option) -> System.err.printf(
                "  --%-20s %s%s%n",
                name, option.help, option.defaultValue.isEmpty() ? "" : " (default " + option.defaultValue + ")"));
        System.exit(status);
    }

    public List<String> arguments() {
        return List.copyOf(arguments);
    }

    public String text(String name) {
        Declared option = declared.get(name);
        if (option == null) {
            throw new IllegalArgumentException("option --" + name + " was never declared");
        }
        return given.getOrDefault(name, option.defaultValue);
    }

    public boolean isSet(String name) {
        return !text(name).isEmpty();
    }

    public int number(String name) {
        try {
            return Integer.parseInt(text(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " must be a whole number, not '" + text(name) + "'", e);
        }
    }

    /** A duration in whole seconds. */
    public Duration seconds(String name) {
        return Duration.ofSeconds(number(name));
    }

    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    public Path path(String name) {
        return Path.of(text(name));
    }
}
