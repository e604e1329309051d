package dev.evenkeel.knowledge;

/** Why a document is not in an archive as it was. */
enum BackupOmission {
    NO_CONTENT("Nothing of its content is stored."),
    QUARANTINED("Its bytes are in quarantine, from which nothing is handed out."),
    QUARANTINED_TEXT_KEPT(
            "Its bytes are in quarantine, from which nothing is handed out; the text that is indexed is in the archive."),
    CHANGED("Newer content came each time that it was read."),
    DAMAGED("Its stored bytes are not those that came, or not all of them."),
    DAMAGED_TEXT_KEPT("Its stored bytes are not those that came, or not all of them; its text is in the archive.");

    final String detail;

    BackupOmission(String detail) {
        this.detail = detail;
    }
}
