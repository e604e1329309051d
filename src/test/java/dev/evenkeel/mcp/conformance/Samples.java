package dev.evenkeel.mcp.conformance;

import java.util.Base64;

/** The smallest files of their kinds, in Base64. */
final class Samples {
    /** One red pixel. */
    static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    /** A head and no sound: PCM, one channel, 8,000 samples of 8 bits a second. */
    static final String WAV = Base64.getEncoder().encodeToString(wav());

    private Samples() {}

    private static byte[] wav() {
        int[] head = {
            'R', 'I', 'F', 'F', 36, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 1, 0, 0x40,
            0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0, 'd', 'a', 't', 'a', 0, 0, 0, 0
        };
        byte[] file = new byte[head.length];
        for (int i = 0; i < head.length; i++) {
            file[i] = (byte) head[i];
        }
        return file;
    }
}
