package dev.evenkeel.platform.search.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.search.vector.VectorIndexConfig.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which index is chosen for which database. */
class PgVectorTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.8.0", "0.8", "0.10.1", "1.0.0-beta"})
    void anExtensionThatIsNewEnoughIsUsedUnlessItIsNotWanted(String version) {
        assertThat(PgVector.choose(Kind.AUTO, version, true).used()).isTrue();
        assertThat(PgVector.choose(Kind.PGVECTOR, version, true).used()).isTrue();
        assertThat(PgVector.choose(Kind.RESIDENT, version, true).used()).isFalse();
    }

    @Test
    void withoutTheExtensionVectorsAreSearchedInMemoryAndTheReasonIsTold() {
        // When
        PgVector.Choice choice = PgVector.choose(Kind.AUTO, null, false);

        // Then
        assertThat(choice.used()).isFalse();
        assertThat(choice.reason()).contains("create extension vector");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.7.4", "0.5", "unknown"})
    void anOldExtensionIsNotUsed(String version) {
        assertThat(PgVector.choose(Kind.AUTO, version, true).used()).isFalse();
        assertThatThrownBy(() -> PgVector.choose(Kind.PGVECTOR, version, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("evenkeel.search.vector.index.kind=pgvector")
                .hasMessageContaining(version)
                .hasMessageContaining("0.8");
    }

    @Test
    void whatIsRequiredAndMissingIsRefusedByItsKey() {
        assertThatThrownBy(() -> PgVector.choose(Kind.PGVECTOR, null, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("evenkeel.search.vector.index.kind=pgvector")
                .hasMessageContaining("create extension vector");
        assertThatThrownBy(() -> PgVector.choose(Kind.PGVECTOR, "0.8.1", false))
                .hasMessageContaining("evenkeel.search.vector.index.kind=pgvector")
                .hasMessageContaining("search_path");
    }
}
