package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.knowledge.DocumentService.StoredContent;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The text that a document came as. */
@Singleton
public class OriginalText {
    static final long MAX_BYTES = 1024 * 1024;

    private final DocumentService documents;

    OriginalText(DocumentService documents) {
        this.documents = documents;
    }

    /**
     * The text of a document that was kept.
     *
     * @throws ProblemException (as failure) 409 when it was not kept, is too long or is no text
     */
    Uni<String> read(Caller caller, UUID id) {
        return documents.content(caller, id).chain(OriginalText::read);
    }

    private static Uni<String> read(StoredContent content) {
        if (content.sizeBytes() > MAX_BYTES) {
            return Uni.createFrom().failure(noText("is larger than " + MAX_BYTES + " bytes"));
        }
        return content.parts()
                .collect()
                .in(Buffer::buffer, Buffer::appendBuffer)
                .map(OriginalText::decode);
    }

    private static String decode(Buffer bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw noText("is no text in UTF-8");
        }
    }

    private static ProblemException noText(String why) {
        return ProblemException.conflict("The original of this document " + why + ".");
    }
}
