package dev.evenkeel.bench.signin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.load.RequestSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Accounts to sign in with. */
public final class People {

    private static final String PASSWORD = "lantern-mosaic-42";

    private final Evenkeel administrator;
    private final List<String> names = new ArrayList<>();

    private People(Evenkeel administrator) {
        this.administrator = administrator;
    }

    /** Makes accounts; one hash each. */
    public static People create(Evenkeel administrator, int count) throws IOException {
        People people = new People(administrator);
        for (int i = 0; i < count; i++) {
            String name = "person-" + i;
            ObjectNode account = Evenkeel.JSON
                    .createObjectNode()
                    .put("username", name)
                    .put("email", name + "@example.org")
                    .put("password", PASSWORD);
            administrator.post("/api/v1/users", account).orThrow();
            people.names.add(name);
        }
        return people;
    }

    /** Requests that sign in, of everybody in turn. */
    public List<RequestSpec> signIns(int count) {
        List<RequestSpec> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String body = signIn(names.get(i % names.size()), PASSWORD).toString();
            requests.add(RequestSpec.postJson(administrator.target(), "/api/v1/auth/login", null, body));
        }
        return requests;
    }

    /** Milliseconds until somebody who exists is refused for a wrong password. */
    public double wrongPassword(int person) throws IOException {
        return refusal(names.get(person % names.size()));
    }

    /** Milliseconds until somebody who does not exist is refused. */
    public double nobody(int number) throws IOException {
        return refusal("nobody-" + number);
    }

    /** A session's token. */
    public String session(int person) throws IOException {
        return administrator
                .post("/api/v1/auth/login", signIn(names.get(person), PASSWORD))
                .orThrow()
                .get("access_token")
                .asText();
    }

    private double refusal(String name) throws IOException {
        long start = System.nanoTime();
        int status = administrator
                .post("/api/v1/auth/login", signIn(name, "not-the-password"))
                .status();
        double millis = (System.nanoTime() - start) / 1e6;
        if (status != 401) {
            throw new IllegalStateException("a wrong sign-in was answered with " + status);
        }
        return millis;
    }

    private static ObjectNode signIn(String name, String password) {
        return Evenkeel.JSON.createObjectNode().put("username", name).put("password", password);
    }
}
