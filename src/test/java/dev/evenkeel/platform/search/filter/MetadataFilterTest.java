package dev.evenkeel.platform.search.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataFilterTest {
    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "1",
                "'text'",
                "{'a':{}}",
                "{'a':{'like':'x'}}",
                "{'a':{'gt':true}}",
                "{'a':{'gt':null}}",
                "{'a':{'eq':[1]}}",
                "{'a':{'eq':{'b':1}}}",
                "{'a':[1]}",
                "{'a':{'in':1}}",
                "{'a':{'in':[[1]]}}",
                "{'a':{'exists':1}}",
                "{'a':{'eq':1e999}}",
                "{'and':{}}",
                "{'and':[]}",
                "{'or':[1]}",
                "{'not':[]}",
                "{'a..b':1}",
                "{'.a':1}",
                "{'':1}",
                "{'a.b.c.d.e.f.g.h.i':1}",
                "{'a\\u0000':1}",
                "{'a':'\\ud800'}"
            })
    void whatIsNoFilterIsRefused(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(ProblemException.class);
    }

    @Test
    void aFilterHasLimits() {
        String nested = "{'not':".repeat(FilterParser.MAX_DEPTH) + "{'a':1}" + "}".repeat(FilterParser.MAX_DEPTH);
        String values = IntStream.rangeClosed(0, FilterParser.MAX_VALUES)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        String conditions = IntStream.rangeClosed(0, FilterParser.MAX_CONDITIONS)
                .mapToObj(i -> "'f" + i + "':1")
                .collect(Collectors.joining(","));

        assertThatThrownBy(() -> parse(nested)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> parse("{'a':{'in':[" + values + "]}}")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> parse("{" + conditions + "}")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> parse("{'a':'" + "x".repeat(FilterParser.MAX_TEXT_LENGTH + 1) + "'}"))
                .isInstanceOf(ProblemException.class);
        assertThat(parse("{'not':".repeat(FilterParser.MAX_DEPTH - 1) + "{'a':1}"
                        + "}".repeat(FilterParser.MAX_DEPTH - 1)))
                .isNotNull();
    }

    @Test
    void whatAClientWroteIsNeverPartOfTheStatement() {
        // Given
        SqlConditions conditions = new SqlConditions();
        MetadataFilter filter =
                parse("{'drop table':{'eq':'; drop table x','gt':'$1','in':['--']},'or':[{'quote`':{'exists':true}}]}");

        // When
        String sql = filter.sql("m.metadata", conditions);

        // Then
        assertThat(sql).doesNotContain("drop").doesNotContain("--").doesNotContain("quote");
        assertThat(conditions.tuple().size()).isEqualTo(7);
    }

    @Test
    void noFilterIsNone() {
        assertThat(MetadataFilter.parse(null)).isNull();
        assertThat(MetadataFilter.parse(NullNode.getInstance())).isNull();
    }

    private MetadataFilter parse(String json) {
        try {
            JsonNode node = mapper.readTree(json.replace('\'', '"'));
            return Objects.requireNonNull(MetadataFilter.parse(node));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
