package dev.evenkeel.identity.audit;

/** What the trail tells of. */
public enum AuditAction {
    USER_REGISTERED("user.registered"),
    USER_CREATED("user.created"),
    USER_CHANGED("user.changed"),
    USER_ACTIVATED("user.activated"),
    USER_DEACTIVATED("user.deactivated"),
    USER_PROMOTED("user.promoted"),
    USER_DEMOTED("user.demoted"),
    USER_DELETED("user.deleted"),
    USER_EXPORTED("user.exported"),
    SIGNED_IN("session.signed_in"),
    SIGN_IN_FAILED("session.sign_in_failed"),
    SIGN_IN_LIMITED("session.sign_in_limited"),
    REFRESH_REUSED("session.refresh_reused"),
    SIGNED_OUT("session.signed_out"),
    SIGNED_OUT_EVERYWHERE("session.signed_out_everywhere"),
    PASSWORD_CHANGED("password.changed"),
    PASSWORD_RESET_REQUESTED("password.reset_requested"),
    PASSWORD_RESET("password.reset"),
    TOKEN_ISSUED("token.issued"),
    TOKEN_CHANGED("token.changed"),
    TOKEN_ROTATED("token.rotated"),
    TOKEN_REVOKED("token.revoked"),
    EMBEDDING_MODEL_CREATED("embedding_model.created"),
    EMBEDDING_MODEL_CHANGED("embedding_model.changed"),
    EMBEDDING_MODEL_DELETED("embedding_model.deleted");

    private final String label;

    AuditAction(String label) {
        this.label = label;
    }

    /** The name in the API and in the database. */
    public String label() {
        return label;
    }
}
