package dev.evenkeel.knowledge;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A named set of documents in one language. */
@Entity
@Table(name = "collection")
public class KnowledgeCollection extends PanacheEntityBase {
    @Id
    public UUID id;

    @Column(name = "corpus_no", insertable = false, updatable = false)
    public long corpusNo;

    /** Null for a collection of the installation itself. */
    @Column(name = "owner_id", updatable = false)
    public @Nullable UUID ownerId;

    public String name;

    public @Nullable String description;

    @Column(updatable = false)
    public String language;

    @Column(name = "keep_original")
    public boolean keepOriginal;

    /** Whose vectors the collection is searched by. */
    @Column(name = "embedding_model_id")
    public UUID embeddingModelId;

    /** Whose vectors are being made. */
    @Column(name = "next_embedding_model_id")
    public @Nullable UUID nextEmbeddingModelId;

    @Column(name = "contextual_header")
    public boolean contextualHeader;

    @Column(name = "chunk_strategy")
    public String chunkStrategy;

    /** Null for that of the configuration. */
    @Column(name = "chunk_max_tokens")
    public @Nullable Integer chunkMaxTokens;

    @Column(name = "chunk_overlap_tokens")
    public int chunkOverlapTokens;

    @Version
    public int version;

    @Column(name = "created_at", updatable = false)
    public Instant createdAt;

    @Column(name = "updated_at")
    public Instant updatedAt;

    @Column(name = "deleted_at")
    public @Nullable Instant deletedAt;
}
