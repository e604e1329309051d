package dev.evenkeel.knowledge;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A document as it is listed and shown; its bytes and chunks are elsewhere. */
@Entity
@Table(name = "document")
public class Document extends PanacheEntityBase {
    @Id
    public UUID id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "collection_id", updatable = false)
    public KnowledgeCollection collection;

    public String title;

    @Column(name = "source_path")
    public @Nullable String sourcePath;

    @Column(name = "document_type")
    public String documentType;

    @Column(name = "extraction_method", updatable = false)
    public @Nullable String extractionMethod;

    @Column(updatable = false)
    public String state;

    @Column(updatable = false)
    public int revision;

    @Column(name = "indexed_revision", updatable = false)
    public @Nullable Integer indexedRevision;

    @Column(name = "content_hash", updatable = false)
    public byte[] contentHash;

    @Column(name = "size_bytes", updatable = false)
    public long sizeBytes;

    @Column(name = "chunk_count", updatable = false)
    public int chunkCount;

    @Column(name = "token_count", updatable = false)
    public long tokenCount;

    @Column(name = "page_count", updatable = false)
    public int pageCount;

    @Column(name = "embedded_count", updatable = false)
    public int embeddedCount;

    @JdbcTypeCode(SqlTypes.JSON)
    public Map<String, Object> metadata;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(updatable = false)
    public Map<String, Object> properties;

    @Column(updatable = false)
    public String[] warnings;

    @Column(name = "error_code", updatable = false)
    public @Nullable String errorCode;

    @Column(name = "error_detail", updatable = false)
    public @Nullable String errorDetail;

    @Column(name = "job_id", updatable = false)
    public @Nullable UUID jobId;

    @Version
    public int version;

    @Column(name = "created_at", updatable = false)
    public Instant createdAt;

    @Column(name = "updated_at")
    public Instant updatedAt;

    @Column(name = "indexed_at", updatable = false)
    public @Nullable Instant indexedAt;
}
