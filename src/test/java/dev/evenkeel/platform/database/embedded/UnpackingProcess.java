package dev.evenkeel.platform.database.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** A process that unpacks the programs of the server and says where they are. */
final class UnpackingProcess {
    private UnpackingProcess() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println(ServerBinaries.unpack(Path.of(arguments[0])));
    }
}
