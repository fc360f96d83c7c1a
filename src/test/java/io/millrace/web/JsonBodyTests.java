package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.wire.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTests {

    @Test
    void fieldsHaveTypes() {
        JsonBody body = body("""
                {"name": "orders", "partitions": 3, "autoCommit": true, "sessionTimeout": "45s", "at": 1000,
                 "topics": ["a", "b"], "offset": 9007199254740993, "nothing": null}""");
        assertThat(body.requiredText("name")).isEqualTo("orders");
        assertThat(body.integer("partitions", 1, 10)).isEqualTo(3);
        assertThat(body.flag("autoCommit")).isTrue();
        assertThat(body.duration("sessionTimeout")).isEqualTo(Duration.ofSeconds(45));
        assertThat(body.timestamp("at")).isEqualTo(1000);
        assertThat(body.texts("topics")).containsExactly("a", "b");
        assertThat(body.requiredLong("offset")).isEqualTo(9007199254740993L);
        assertThat(body.has("nothing")).isFalse();
    }

    @Test
    void whatIsNotThereIsNullOrEmpty() {
        JsonBody body = body("{\"name\": null}");
        assertThat(body.text("name")).isNull();
        assertThat(body.integer("partitions", 1, 10)).isNull();
        assertThat(body.flag("autoCommit")).isNull();
        assertThat(body.duration("wait")).isNull();
        assertThat(body.texts("topics")).isNull();
        assertThat(body.settings("config")).isEmpty();
        assertThat(body.objects("offsets")).isEmpty();
    }

    @Test
    void settingsAreTextsAndNumbersAsTheyWereWritten() {
        JsonBody body =
                body("{\"config\": {\"retention.ms\": 604800000, \"ratio\": 0.50, \"cleanup.policy\": \"compact\"}}");
        assertThat(body.settings("config"))
                .containsEntry("retention.ms", "604800000")
                .containsEntry("ratio", "0.50")
                .containsEntry("cleanup.policy", "compact");
        assertInvalid(
                () -> body("{\"config\": {\"retention.ms\": true}}").settings("config"),
                "Field 'config.retention.ms' must be a string or a number, not true");
    }

    @Test
    void anUnknownFieldIsToldTheOneThatWasMeant() {
        assertInvalid(
                () -> body("{\"partitons\": 3}").allow("name", "partitions"),
                "Unknown field 'partitons'; did you mean 'partitions'? Known here: name, partitions.");
    }

    @Test
    void aFieldMayStandThereOnlyOnce() {
        assertInvalid(() -> body("{\"name\": \"a\", \"name\": \"a\"}"), "Field 'name' stands more than once");
    }

    @Test
    void aMissingFieldIsToldWhatItWouldBe() {
        assertInvalid(() -> body("{}").requiredText("name"), "Field 'name' is missing; it must be a string");
        assertInvalid(() -> body("{}").requiredLong("offset"), "Field 'offset' is missing; it must be a whole number");
    }

    @Test
    void aWrongTypeIsToldTheRightOne() {
        assertInvalid(() -> body("{\"name\": 1}").text("name"), "Field 'name' must be a string, not 1");
        assertInvalid(() -> body("{\"a\": \"1\"}").integer("a", 1, 9), "must be a whole number from 1 to 9, not '1'");
        assertInvalid(() -> body("{\"a\": 1.0}").integer("a", 1, 9), "must be a whole number from 1 to 9, not 1.0");
        assertInvalid(() -> body("{\"a\": 10}").integer("a", 1, 9), "must be a whole number from 1 to 9, not 10");
        assertInvalid(() -> body("{\"a\": -1}").requiredLong("a"), "must be a whole number from 0, not -1");
        assertInvalid(() -> body("{\"a\": 1}").flag("a"), "must be true or false, not 1");
        assertInvalid(() -> body("{\"a\": 5}").duration("a"), "must be a duration like 500ms");
        assertInvalid(() -> body("{\"a\": \"b\"}").texts("a"), "must be an array of strings, not 'b'");
        assertInvalid(() -> body("{\"a\": [\"b\", null]}").texts("a"), "Field 'a[1]' must be a string, not null");
        assertInvalid(() -> body("{\"a\": []}").settings("a"), "must be an object of settings, not an array");
        assertInvalid(() -> body("{\"a\": {}}").objects("a"), "must be an array of objects, not an object");
    }

    @Test
    void errorsInNestedObjectsNameThePlace() {
        List<JsonBody> offsets =
                body("{\"offsets\": [{\"offset\": 1}, {\"offset\": \"x\"}]}").objects("offsets");
        assertThat(offsets.getFirst().requiredLong("offset")).isEqualTo(1);
        assertInvalid(() -> offsets.getLast().requiredLong("offset"), "Field 'offsets[1].offset' must be");
        assertInvalid(() -> offsets.getLast().allow("topic"), "Unknown field 'offsets[1].offset'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "\"text\""})
    void theBodyMustBeAnObject(String json) {
        assertInvalid(() -> body(json), "The body must be a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\": }", "{} {}", "{'a': 1}", "{\"a\": 01}", "{\"a\": \"\u0001\"}"})
    void whatIsNotJsonIsMalformed(String json) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> body(json));
    }

    @Test
    void aNumberOfAbsurdLengthIsRefused() {
        assertInvalid(() -> body("{\"a\": " + "1".repeat(10_000) + "}"), "too long");
    }

    private static JsonBody body(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Body body = new Body(bytes, bytes.length, new MemoryBudget(100).acquire(1));
        return JsonBody.read(body, ProblemType.INVALID_TOPIC);
    }

    private static void assertInvalid(ThrowingCallable call, String detail) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(call)
                .withMessageContaining(detail)
                .satisfies(e -> assertThat(e.problem().type()).isEqualTo(ProblemType.INVALID_TOPIC));
    }
}
