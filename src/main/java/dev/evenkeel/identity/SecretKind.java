package dev.evenkeel.identity;

/** What a secret of ours is for; its prefix tells people, programs and scanners of leaked secrets. */
public enum SecretKind {
    PERSONAL_TOKEN("ek_pat_"),
    COLLECTION_TOKEN("ek_cat_"),
    REFRESH_TOKEN("ek_ref_"),
    PASSWORD_RESET("ek_rst_");

    private final String prefix;

    SecretKind(String prefix) {
        this.prefix = prefix;
    }

    public String prefix() {
        return prefix;
    }
}
