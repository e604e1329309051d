package dev.evenkeel.platform.search.embedding;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/**
 * How long the answer of an endpoint may be: one that sends without end must not fill the memory of everybody else.
 *
 * @param texts that vectors were asked for
 * @param dimension most numbers of a vector
 */
record BoundedBody(int texts, int dimension) {
    /** A number with all the digits that a double has, its exponent, a comma and the indentation of a line. */
    private static final long BYTES_A_NUMBER = 48;
    /** What stands around the numbers of a vector. */
    private static final long BYTES_A_VECTOR = 512;
    /** What stands around the vectors, or the description of an error. */
    private static final long BYTES_AROUND = 64 * 1024;

    /** Most bytes of the answer. */
    long limitBytes() {
        return BYTES_AROUND + texts * (BYTES_A_VECTOR + dimension * BYTES_A_NUMBER);
    }

    /**
     * Reads the body of a response whose handlers are not set yet.
     *
     * @return the body; fails with {@link EmbeddingRejected} as soon as it is, or says that it will be, longer than the limit, and
     *     reads no more of it
     */
    Future<Buffer> read(HttpClientResponse response) {
        Promise<Buffer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(read::tryFail);
        response.endHandler(end -> read.tryComplete(body));
        response.handler(part -> {
            if (body.length() + (long) part.length() <= limitBytes()) {
                body.appendBuffer(part);
            } else {
                refuse(response, read);
            }
        });
        if (declaredBytes(response) > limitBytes()) {
            refuse(response, read);
        }
        return read.future();
    }

    private void refuse(HttpClientResponse response, Promise<Buffer> read) {
        boolean first = read.tryFail(new EmbeddingRejected("The embedding endpoint answers with more than the "
                + limitBytes() + " bytes that " + texts + " vectors of " + dimension + " numbers can take."));
        if (first) {
            response.request().reset();
        }
    }

    private static long declaredBytes(HttpClientResponse response) {
        try {
            String length = response.getHeader("Content-Length");
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException nonsense) {
            return 0;
        }
    }
}
