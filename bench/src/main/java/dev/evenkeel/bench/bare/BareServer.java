package dev.evenkeel.bench.bare;

import dev.evenkeel.bench.cli.Options;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the machine gives without the product: HTTP, token check, statements and JSON on nothing but Vert.x and its
 * PostgreSQL client, with as many event loops and pooled connections as the service has.
 */
public final class BareServer {

    private BareServer() {}

    public static void main(String[] args) {
        Options options = Options.of("bare", "the baseline server")
                .with("port", "0", "port on 127.0.0.1")
                .with("database", "", "postgresql:// URI; without it only the paths that need no database answer")
                .with("token", "", "the bearer token that is accepted")
                .with("pool", "20", "pooled connections")
                .with("loops", Integer.toString(Runtime.getRuntime().availableProcessors()), "event loops")
                .parse(args);
        int loops = options.number("loops");
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        BareDocuments documents = options.isSet("database") ? documents(vertx, options) : null;
        TokenCheck check = new TokenCheck(options.text("token"));
        vertx.deployVerticle(
                        () -> new Listener(options.number("port"), check, documents),
                        new DeploymentOptions().setInstances(loops))
                .onFailure(cause -> {
                    System.err.println("cannot listen: " + cause);
                    System.exit(1);
                });
    }

    private static BareDocuments documents(Vertx vertx, Options options) {
        Pool pool = PgBuilder.pool()
                .using(vertx)
                .connectingTo(PgConnectOptions.fromUri(options.text("database")).setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(options.number("pool")).setEventLoopSize(options.number("loops")))
                .build();
        return new BareDocuments(pool);
    }

    private static final class Listener extends AbstractVerticle {

        private final int port;
        private final TokenCheck check;
        private final @Nullable BareDocuments documents;

        Listener(int port, TokenCheck check, @Nullable BareDocuments documents) {
            this.port = port;
            this.check = check;
            this.documents = documents;
        }

        @Override
        public void start() {
            vertx.createHttpServer()
                    .requestHandler(this::route)
                    .listen(port, "127.0.0.1")
                    .onFailure(cause -> {
                        System.err.println("cannot listen: " + cause);
                        System.exit(1);
                    });
        }

        private void route(HttpServerRequest request) {
            String path = request.path();
            if (path.equals("/hello")) {
                request.response().putHeader("content-type", "text/plain").end("hello");
            } else if (path.startsWith("/q/health/")) {
                request.response()
                        .putHeader("content-type", "application/json")
                        .end("{\"status\":\"UP\",\"checks\":[]}");
            } else if (!check.accepts(request.getHeader("authorization"))) {
                request.response().setStatusCode(401).end();
            } else if (documents != null) {
                documents.answer(request);
            } else {
                notFound(request.response());
            }
        }
    }

    static void notFound(HttpServerResponse response) {
        response.setStatusCode(404).end();
    }
}
