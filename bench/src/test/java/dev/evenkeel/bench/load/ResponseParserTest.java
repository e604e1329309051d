package dev.evenkeel.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {

    private static final String PLAIN = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, CHUNKED})
    void findsTheEndWhereverTheBytesAreCut(String response) {
        for (int cut = 1; cut < response.length(); cut++) {
            // Given
            ResponseParser parser = new ResponseParser();

            // When
            boolean early = parser.feed(Buffer.buffer(response.substring(0, cut)));
            boolean complete = parser.feed(Buffer.buffer(response.substring(cut)));

            // Then
            assertThat(early).isFalse();
            assertThat(complete).isTrue();
        }
    }

    @Test
    void readsStatusLengthAndConnection() {
        // Given
        ResponseParser chunked = new ResponseParser();
        ResponseParser closing = new ResponseParser();

        // When
        chunked.feed(Buffer.buffer(CHUNKED));
        boolean complete =
                closing.feed(Buffer.buffer("HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));

        // Then
        assertThat(chunked.status()).isEqualTo(201);
        assertThat(chunked.bodyBytes()).isEqualTo(13);
        assertThat(chunked.keepAlive()).isTrue();
        assertThat(complete).isTrue();
        assertThat(closing.keepAlive()).isFalse();
    }

    @Test
    void refusesWhatIsNotHttp() {
        assertThatThrownBy(() -> new ResponseParser().feed(Buffer.buffer("SSH-2.0-server\r\n\r\n")))
                .isInstanceOf(IllegalStateException.class);
    }
}
