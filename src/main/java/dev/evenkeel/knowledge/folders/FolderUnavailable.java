package dev.evenkeel.knowledge.folders;

/** A folder cannot be scanned as a whole; nothing is concluded from what is not seen. */
final class FolderUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code for programs
     * @param message for people; holds no path, which only administrators see
     */
    FolderUnavailable(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static FolderUnavailable replaced() {
        return new FolderUnavailable(
                "replaced", "The folder has gone, or another has come to its place, during the scan.");
    }

    static FolderUnavailable notAnswering() {
        return new FolderUnavailable(
                "not_answering", "The disk of the folder does not answer; it is tried again when it does.");
    }

    String code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
