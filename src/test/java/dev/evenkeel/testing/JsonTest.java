package dev.evenkeel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths that are followed directly mean what they mean to REST Assured. */
class JsonTest {
    private static final String TEXT = """
            {"name": "a", "none": null, "yes": true, "count": 3, "large": 12345678901, "larger": 123456789012345678901234567890,
             "score": 0.7071067811865476, "exact": 0.5, "huge": 1e300, "empty": [], "models": {"of-2": 5, "b c": {"d": 1}},
             "items": [{"id": "x", "tags": ["p", "q"], "parts": [{"no": 1}, {"no": 2}]},
                       {"id": "y", "tags": [], "parts": []}, {"tags": ["r"], "parts": [{"no": 3, "more": {"z": null}}]}]}""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "none",
                "yes",
                "count",
                "large",
                "larger",
                "score",
                "exact",
                "huge",
                "empty",
                "missing",
                "models",
                "models.'of-2'",
                "models.'b c'.d",
                "items",
                "items.id",
                "items.tags",
                "items.tags[0]",
                "items[0].tags[1]",
                "items.parts.no",
                "items.parts[2][0].more.z",
                "items[2].id",
                "items.size()",
                "items.id[1]",
                "empty.id",
                "items.find { it.id == 'y' }.tags",
                "items[-1].tags",
                "$",
                "",
                "missing.deeper",
                "items[9]",
                "items[0].none.x"
            })
    void aPathHasTheSameValue(String path) {
        Object expected = new JsonPath(TEXT).get(path);
        Object found = new Json(TEXT).get(path);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void valuesHaveTheTypesThatAreAskedFor() {
        JsonPath json = new Json(TEXT);
        assertThat(json.getString("count")).isEqualTo("3");
        assertThat(json.getLong("count")).isEqualTo(3L);
        assertThat(json.getDouble("score")).isEqualTo(new JsonPath(TEXT).getDouble("score"));
        assertThat(json.getList("items[0].parts.no", String.class)).isEqualTo(List.of("1", "2"));
        assertThat(json.setRootPath("items[0]").getString("id")).isEqualTo("x");
    }

    @Test
    void whatIsNoJsonIsRefusedAsEver() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Json("<p>").getString("name")))
                .isInstanceOf(io.restassured.path.json.exception.JsonPathException.class);
    }
}
