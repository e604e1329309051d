package dev.evenkeel.bench.load;

/** A server on this machine's loopback interface; the harness never sends load anywhere else. */
public record Target(String name, String host, int port) {

    public Target {
        if (!host.equals("localhost") && !host.equals("[::1]") && !host.startsWith("127.")) {
            throw new IllegalArgumentException("load goes to the loopback interface only, not to " + host);
        }
    }

    public static Target local(String name, int port) {
        return new Target(name, "127.0.0.1", port);
    }

    public String authority() {
        return host + ":" + port;
    }

    public String url(String path) {
        return "http://" + authority() + path;
    }
}
