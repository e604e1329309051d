package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An HTTP server that has nothing but filters of the platform, before a route that answers 200 to everything. */
final class FilterServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    FilterServer(Consumer<Filters> filters) throws Exception {
        Filters registered = new Filters();
        registered.register(
                context -> {
                    context.put("evenkeel.request-id", "test");
                    context.next();
                },
                FilterPriorities.REQUEST_ID);
        filters.accept(registered);
        Router router = Router.router(vertx);
        for (Filter filter : registered.getFilters()) {
            router.route().order(-filter.getPriority()).handler(filter.getHandler());
        }
        router.route().handler(context -> context.response().end());
        this.server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
