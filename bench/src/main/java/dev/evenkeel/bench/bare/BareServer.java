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
                .with("pool", "20", "pooled connections")
                .with("loops", Integer.toString(Runtime.getRuntime().availableProcessors()), "event loops")
                .parse(args);
        int loops = options.number("loops");
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        Pool pool = options.isSet("database") ? pool(vertx, options) : null;
        vertx.deployVerticle(
                        () -> new Listener(options.number("port"), pool), new DeploymentOptions().setInstances(loops))
                .onFailure(cause -> {
                    System.err.println("cannot listen: " + cause);
                    System.exit(1);
                });
    }

    private static Pool pool(Vertx vertx, Options options) {
        return PgBuilder.pool()
                .using(vertx)
                .connectingTo(PgConnectOptions.fromUri(options.text("database")).setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(options.number("pool")).setEventLoopSize(options.number("loops")))
                .build();
    }

    private static final class Listener extends AbstractVerticle {

        private final int port;
        private final @Nullable BareCredentials credentials;
        private final @Nullable BareDocuments documents;

        Listener(int port, @Nullable Pool pool) {
            this.port = port;
            this.credentials = pool == null ? null : new BareCredentials(pool);
            this.documents = pool == null ? null : new BareDocuments(pool);
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
            } else if (credentials != null && documents != null) {
                authorized(request, credentials, documents);
            } else {
                notFound(request.response());
            }
        }

        private static void authorized(
                HttpServerRequest request, BareCredentials credentials, BareDocuments documents) {
            credentials
                    .accepts(request.getHeader("authorization"))
                    .onSuccess(accepted -> {
                        if (accepted) {
                            documents.answer(request);
                        } else {
                            request.response().setStatusCode(401).end();
                        }
                    })
                    .onFailure(cause -> BareDocuments.failed(request.response(), cause));
        }
    }

    static void notFound(HttpServerResponse response) {
        response.setStatusCode(404).end();
    }
}
