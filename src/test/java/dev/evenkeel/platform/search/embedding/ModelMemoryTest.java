package dev.evenkeel.platform.search.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelMemoryTest {
    private static final long MEGABYTE = 1 << 20;

    private final ModelMemory memory = new ModelMemory(64 * MEGABYTE);

    @Test
    void modelsThatDoNotFitTogetherAreRefusedUntilOthersGo() {
        // Given
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        Object looking = new Object();
        memory.reserve(first, 40 * MEGABYTE);

        // Then
        assertThatThrownBy(() -> memory.reserve(second, 24 * MEGABYTE + 1))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("about 25 MB")
                .hasMessageContaining("24 of 64 MB")
                .hasMessageContaining("evenkeel.embedding.max-model-memory");
        memory.reserve(second, 24 * MEGABYTE);
        memory.reserve(second, 20 * MEGABYTE);
        memory.reserve(looking, 4 * MEGABYTE);
        assertThat(memory.usedBytes()).isEqualTo(64 * MEGABYTE);

        // When a model is deleted, and somebody has looked
        memory.keepOnly(Set.of(second));
        memory.release(looking);

        // Then
        assertThat(memory.usedBytes()).isEqualTo(20 * MEGABYTE);
    }
}
