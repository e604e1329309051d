package dev.evenkeel.knowledge;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A ZIP archive under construction, of which no more is in memory than what has not been fetched yet. Blocking: for workers only. */
final class BackupZip {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    /** Begins an entry, and ends the one before. */
    Buffer begin(String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        return fetch();
    }

    Buffer write(byte[] content) throws IOException {
        zip.write(content);
        return fetch();
    }

    Buffer entry(String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        return write(content);
    }

    /** The end of the archive. */
    Buffer finish() throws IOException {
        zip.finish();
        return fetch();
    }

    /** Gives the memory of the compression back, whether or not the archive was finished. */
    Boolean release() throws IOException {
        zip.close();
        return true;
    }

    private Buffer fetch() {
        Buffer fetched = Buffer.buffer(bytes.toByteArray());
        bytes.reset();
        return fetched;
    }
}
