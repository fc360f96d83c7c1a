package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.swagger.v3.core.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every setting of a topic stands in the documents, as it is. */
class TopicSettingDocumentTests {

    private static JsonNode property(String schema, TopicSetting setting) throws IOException {
        JsonNode document = new JsonMapper()
                .readTree(Yaml.mapper()
                        .readTree(Files.readString(Path.of("openapi.yaml")))
                        .toString());
        return document.at("/components/schemas/" + schema + "/properties").path(setting.key());
    }

    /** What a refusal of nonsense says that is wanted. */
    private static String wanted(TopicSetting setting) {
        return catchThrowable(() -> setting.check("nonsense")).getMessage();
    }

    @ParameterizedTest
    @EnumSource
    void theSettingsPageHasARowWithItsDefaultAndItsValues(TopicSetting setting) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `" + setting.key() + "` | "))
                .toList();
        assertThat(rows).as("rows of " + setting.key()).hasSize(1);
        String[] cells = rows.getFirst().split(" \\| ", -1);
        assertThat(cells[1]).startsWith("`" + setting.defaultValue() + "`");
        assertThat(cells[2]).isNotBlank();
        assertThat(cells[3]).hasSizeGreaterThan(10);
        Matcher value = Pattern.compile("`([a-z0-9,]+)`").matcher(cells[2]);
        while (value.find()) {
            assertThat(setting.check(value.group(1))).isEqualTo(value.group(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theApiDocumentTellsWhatItIsItsDefaultAndItsValues(TopicSetting setting) throws IOException {
        JsonNode input = property("TopicConfigInput", setting);
        assertThat(input.path("description").asString("")).isNotEmpty();
        assertThat(input.path("default").asString("")).isEqualTo(setting.defaultValue());
        assertThat(property("TopicConfig", setting).path("default").asString(""))
                .isEqualTo(setting.defaultValue());

        Matcher range = Pattern.compile("from (-?\\d+) to (\\d+)").matcher(wanted(setting));
        if (range.find()) {
            assertThat(input.path("minimum").asLong(Long.MIN_VALUE)).isEqualTo(Long.parseLong(range.group(1)));
            assertThat(input.path("maximum").asLong(Long.MAX_VALUE)).isEqualTo(Long.parseLong(range.group(2)));
        } else {
            List<String> values = StreamSupport.stream(input.path("enum").spliterator(), false)
                    .map(JsonNode::asString)
                    .toList();
            assertThat(wanted(setting)).endsWith("use one of " + String.join(", ", values));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatATopicShowsIsUnderItsName(TopicSetting setting) {
        Map<String, String> defaults = TopicSettings.DEFAULTS.toMap();
        assertThat(new ArrayList<>(defaults.keySet())).hasSameSizeAs(TopicSetting.values());
        assertThat(defaults).containsEntry(setting.key(), setting.defaultValue());
    }
}
