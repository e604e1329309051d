package dev.evenkeel.knowledge.facade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RagKbPathsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/query",
                "/query;x=1",
                "/;x",
                "/document/a.md",
                "/api/security/quarantine",
                "/api;x=1/security/quarantine",
                "/api/security;x/quarantine/purge",
                "/api;a;b=1/maintenance;c/reindex-path",
                "/api/maintenance;x=1"
            })
    void arePathsOfRagKbWithOrWithoutMatrixParameters(String path) {
        assertThat(RagKbPaths.include(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/documents",
                "/api/v1/documents;x=/api/security",
                "/health",
                "/mcp",
                "/q/metrics",
                "/api/securityx",
                "/documentsx"
            })
    void areOthers(String path) {
        assertThat(RagKbPaths.include(path)).isFalse();
    }
}
