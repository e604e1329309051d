package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Has documents read by a service for scans and images, which answers with Markdown. Off unless it has an address. */
@ApplicationScoped
public class HttpExtractor {
    private static final String SCANS = "scanned_pdf";
    private static final int CONNECTIONS = 4;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final Set<Integer> BUSY = Set.of(429, 503);

    /** What a service, or a gateway before it, answers that gave up on this document; the next attempt may succeed. */
    private static final Set<Integer> GAVE_UP = Set.of(408, 425);

    private static final Set<String> READ = Set.of("success", "partial_success");

    private final ExtractorConfig config;
    private final Vertx vertx;
    private final Offload offload;
    private final HttpClient client;

    HttpExtractor(ExtractorConfig config, Vertx vertx, Offload offload) {
        this.config = config;
        this.vertx = vertx;
        this.offload = offload;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(CONNECTIONS).setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
    }

    /**
     * Refuses a type that only the service reads when there is none for it.
     *
     * @throws ExtractionException {@code unsupported_type}
     */
    public void requireIfNeeded(DocumentType type) {
        if (type == DocumentType.IMAGE && !reads(type)) {
            throw new ExtractionException(
                    ExtractionCode.UNSUPPORTED_TYPE, "Images are read only where a service for it is configured.");
        }
    }

    /** Whether every document of the type goes to the service. */
    boolean reads(DocumentType type) {
        return config.url().isPresent() && config.types().contains(type.wireName());
    }

    /** Whether a failure to read a document here is one that the service helps with. */
    boolean helps(Throwable failure) {
        return config.url().isPresent()
                && config.types().contains(SCANS)
                && failure instanceof ExtractionException refusal
                && refusal.code() == ExtractionCode.SCANNED_NO_TEXT;
    }

    private record Answer(int status, Buffer body) {}

    /**
     * Has a file read.
     *
     * @return its Markdown; fails with {@link RetryLater} while the service cannot be reached or is busy, with
     *     {@link ExtractionException} when it cannot read the file, and otherwise with a failure that counts as an attempt, so
     *     that a document on which the service breaks down is not sent for ever
     */
    Uni<String> read(Path file, String name) {
        return Uni.createFrom()
                .<Answer>emitter(emitter -> post(file, name).onComplete(emitter::complete, emitter::fail))
                .chain(answer -> offload.bulk(() -> markdown(answer)));
    }

    /** No cause and other words than those of a lost database, for which a job waits without counting attempts. */
    private static Throwable lost(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new IllegalStateException("The service that reads such documents takes too long.");
        }
        boolean connection = failure instanceof IOException
                || failure instanceof HttpClosedException
                || failure instanceof StreamResetException;
        return connection
                ? new IllegalStateException(
                        "The service that reads such documents hung up before its answer was complete.")
                : failure;
    }

    private RetryLater away(String how) {
        return new RetryLater(config.retryDelay(), "The service that reads such documents " + how + ".");
    }

    private Future<Answer> post(Path file, String name) {
        String boundary = "evenkeel-" + UUID.randomUUID();
        Buffer head = head(boundary, name);
        Buffer tail = Buffer.buffer("\r\n--" + boundary + "--\r\n");
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(endpoint(config.url().orElseThrow()))
                .setTimeout(config.timeout().toMillis())
                .putHeader("Content-Type", "multipart/form-data; boundary=" + boundary)
                .putHeader("Accept", "application/json");
        config.apiKey().ifPresent(key -> options.putHeader("X-Api-Key", key));
        return vertx.fileSystem()
                .open(
                        file.toString(),
                        new OpenOptions().setRead(true).setWrite(false).setCreate(false))
                .compose(content -> content.size()
                        .compose(size -> connect(options.putHeader(
                                "Content-Length", String.valueOf(head.length() + size + tail.length()))))
                        .compose(request -> send(request, head, content, tail))
                        .eventually(ignored -> content.close()));
    }

    private Future<HttpClientRequest> connect(RequestOptions options) {
        return client.request(options).recover(failure -> Future.failedFuture(away("cannot be reached")));
    }

    /** The answer is awaited before anything is sent, since it may come early, and what nobody listens to is lost. */
    private Future<Answer> send(HttpClientRequest request, Buffer head, AsyncFile content, Buffer tail) {
        Future<Answer> answer = request.response().compose(this::body);
        return request.write(head)
                .compose(written -> content.pipe().endOnSuccess(false).to(request))
                .compose(sent -> request.end(tail))
                .compose(ended -> answer)
                .recover(failure -> answer.isComplete() ? answer : Future.failedFuture(failure))
                .recover(failure -> Future.failedFuture(lost(failure)));
    }

    /** The answer, unless it is larger than allowed. */
    private Future<Answer> body(HttpClientResponse response) {
        Promise<Answer> answer = Promise.promise();
        Buffer body = Buffer.buffer();
        long most = config.maxAnswerSize().asLongValue();
        response.exceptionHandler(answer::tryFail);
        response.handler(part -> {
            if (body.length() + (long) part.length() > most) {
                answer.tryFail(new ExtractionException(
                        ExtractionCode.TOO_LARGE, "The text of the document is longer than " + most + " bytes."));
                response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        response.endHandler(end -> answer.tryComplete(new Answer(response.statusCode(), body)));
        return answer.future();
    }

    private String markdown(Answer answer) {
        if (BUSY.contains(answer.status())) {
            throw away("answers with " + answer.status());
        }
        if (answer.status() >= 500 || GAVE_UP.contains(answer.status())) {
            throw new IllegalStateException(
                    "The service that reads such documents fails with " + answer.status() + ".");
        }
        if (answer.status() != 200) {
            throw unreadable("refuses it with " + answer.status());
        }
        JsonObject json;
        try {
            json = answer.body().toJsonObject();
        } catch (DecodeException e) {
            throw new IllegalStateException("The service that reads such documents answers with no JSON.", e);
        }
        @Nullable JsonObject document = json.getJsonObject("document");
        String text = document == null ? null : document.getString("md_content");
        if (!READ.contains(json.getString("status", "success")) || text == null) {
            throw unreadable("finds no text in it");
        }
        return text;
    }

    private static ExtractionException unreadable(String how) {
        return new ExtractionException(
                ExtractionCode.EXTRACTOR_REFUSED, "The service that reads such documents " + how + ".");
    }

    private static Buffer head(String boundary, String name) {
        String safe = name.substring(name.lastIndexOf('/') + 1).replaceAll("[\"\\\\\\p{Cntrl}]", "_");
        return Buffer.buffer("--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"to_formats\"\r\n\r\nmd\r\n--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"image_export_mode\"\r\n\r\nplaceholder\r\n--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + safe
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    }

    private static String endpoint(URI base) {
        return base.toString().replaceAll("/+$", "") + "/v1/convert/file";
    }
}
