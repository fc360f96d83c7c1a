package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.RecordHeader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no legal event is refused with the attribute and what would be right. */
class CloudEventRefusalTests {

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type"})
    void everyEventHasFourAttributes(String missing) {
        Map<String, String> attributes =
                new TreeMap<>(Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t"));
        attributes.remove(missing);
        StringBuilder json = new StringBuilder("{\"" + missing + "\": null");
        attributes.forEach((name, value) -> json.append(",\"" + name + "\":\"" + value + "\""));
        assertThat(CloudEvents.refusal(() -> CloudEvents.structured(json + "}")))
                .hasMessageContainingAll("attribute '" + missing + "' is missing");
        assertThat(CloudEvents.refusal(() -> CloudEvents.binary(new byte[0], null, attributes)))
                .hasMessageContainingAll("header 'ce-" + missing + "' is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "subject": ""                  | attribute 'subject' must not be empty
            "partitionkey": ""             | attribute 'partitionkey' must not be empty
            "time": "yesterday"            | attribute 'time' must be a time of RFC 3339
            "time": "2026-11-23"           | attribute 'time' must be a time of RFC 3339
            "time": "2026-11-23T04:05:06"  | attribute 'time' must be a time of RFC 3339
            "time": "2026-02-30T00:00:00Z" | attribute 'time' must be a time of RFC 3339
            "time": "2026-11-23T24:00:00Z" | attribute 'time' must be a time of RFC 3339
            "time": "2026-11-23T00:60:00Z" | attribute 'time' must be a time of RFC 3339
            "time": "2026-11-23T00:00:00+24:00" | attribute 'time' must be a time of RFC 3339
            "time": 1763870706789          | attribute 'time' must be a string, not a number
            "subject": true                | attribute 'subject' must be a string, not true or false
            "dataschema": "schema.json"    | attribute 'dataschema' must be a URI with its scheme
            "dataschema": "https://a b"    | attribute 'dataschema' must be a URI with its scheme
            "datacontenttype": "json"      | attribute 'datacontenttype' must be a media type
            "datacontenttype": 1           | attribute 'datacontenttype' must be a string
            "Ext": "x"                     | attribute 'Ext' has no legal name
            "my_ext": "x"                  | attribute 'my_ext' has no legal name
            "my-ext": "x"                  | attribute 'my-ext' has no legal name
            "": "x"                        | attribute '' has no legal name
            "ext": 1.0                     | attribute 'ext' must be a string, a whole number, true or false
            "ext": 2147483648              | attribute 'ext' must be a number from -2147483648 to 2147483647
            "ext": {}                      | attribute 'ext' must be a string, a whole number, true or false, not an object
            "ext": [1]                     | attribute 'ext' must be a string, a whole number, true or false, not an array
            "ext": "\\n"                   | attribute 'ext' must be text without control characters
            "ext": "\\u009f"               | attribute 'ext' must be text without control characters
            "ext": "\\ufffe"               | attribute 'ext' must be text without control characters
            "ext": "\\ud83d"               | attribute 'ext' holds half of a surrogate pair
            "ext": "a", "ext": "a"         | attribute 'ext' is given twice
            "id": "2"                      | attribute 'id' is given twice
            "data": 1, "data": 1           | 'data' is given twice
            "data": 1, "data_base64": "AA==" | 'data' and 'data_base64' are both given
            "data_base64": "?"             | 'data_base64' is not base64
            "data_base64": 1               | 'data_base64' must be a string
            "data_base64": "ew==", "datacontenttype": "application/json" | 'data_base64' is not JSON
            "data": {}, "datacontenttype": "text/plain" | 'data' is an object, but its datacontenttype is 'text/plain'
            "data": null, "datacontenttype": "text/plain" | 'data' is null, but its datacontenttype is 'text/plain'
            "data": "x", "datacontenttype": "text/plain;charset=latin1" | 'datacontenttype' must not have a charset other than UTF-8
            """)
    void whatIsWrongIsNamed(String members, String expected) {
        assertThat(CloudEvents.detail(members)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 0.3, must be \"1.0\"",
        "specversion, '', must be \"1.0\"",
        "id, '', must not be empty",
        "type, '', must not be empty",
        "source, '', must be a URI",
        "source, a b, must be a URI",
        "source, /%zz, must be a URI",
        "source, /\u00fc, must be a URI",
        "data, x, has no legal name",
        "my-ext, x, has no legal name"
    })
    void whatIsWrongInAHeaderIsNamedByIt(String name, String value, String expected) {
        Map<String, String> attributes =
                new TreeMap<>(Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t"));
        attributes.put(name, value);
        assertThat(CloudEvents.refusal(() -> CloudEvents.binary(new byte[0], null, attributes)))
                .hasMessageStartingWith("header 'ce-" + name + "' " + expected);
    }

    @Test
    void whatIsNoJsonIsMalformed() {
        Map<String, String> attributes = Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t");
        assertThatThrownBy(() -> CloudEvents.structured("{\"id\": nope}")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> CloudEvents.structured("{} {}")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> CloudEvents.batch("[] []")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> CloudEvents.batch("")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> CloudEvents.binary(Wire.bytes("{"), "application/json", attributes))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void theOtherLayoutIsNamed() {
        assertThat(CloudEvents.refusal(() -> CloudEvents.structured("[]")))
                .hasMessageContaining("application/cloudevents-batch+json");
        assertThat(CloudEvents.refusal(() -> CloudEvents.batch("{}")))
                .hasMessageContaining("application/cloudevents+json");
    }

    @Test
    void eachBadEventOfABatchIsToldByItsPlace() {
        String good = "{" + CloudEvents.REQUIRED + "}";
        InvalidMessagesException refusal =
                CloudEvents.refusal(() -> CloudEvents.batch("[" + good + ",{}," + good + ",7,{\"id\":[]}]"));
        assertThat(refusal.isBatch()).isTrue();
        assertThat(refusal.errors()).extracting(MessageError::index).containsExactly(1, 3, 4);
        assertThat(refusal.errors()).extracting(MessageError::code).containsOnly(MessageError.INVALID_MESSAGE);
    }

    @Test
    void limitsAreThoseOfMessages() {
        String event = "{" + CloudEvents.REQUIRED + ",\"a\":\"1\",\"b\":\"2\"}";
        assertThat(CloudEvents.refusal(() -> read(new MessageLimits(1000, 9, 5), event)))
                .hasMessageContaining("millrace.limits.max-headers-per-message=5");
        assertThat(CloudEvents.refusal(() -> read(new MessageLimits(10, 9, 9), event))
                        .errors()
                        .getFirst()
                        .code())
                .isEqualTo(MessageError.MESSAGE_TOO_LARGE);
        byte[] batch = Wire.bytes("[" + event + "," + event + "]");
        assertThat(CloudEvents.refusal(
                        () -> new CloudEventReader(new MessageLimits(1000, 1, 9)).readBatch(batch, batch.length, 0)))
                .hasMessageContaining("millrace.limits.max-messages-per-request=1");
    }

    private static void read(MessageLimits limits, String event) {
        byte[] body = Wire.bytes(event);
        new CloudEventReader(limits).readStructured(body, body.length, RawOptions.NONE, 0);
    }

    @Test
    void aHeaderOfTheRecordMustNotPassForAnAttribute() {
        byte[] body = Wire.bytes("{" + CloudEvents.REQUIRED + "}");
        RawOptions options = new RawOptions(null, null, null, List.of(RecordHeader.text("ce_subject", "x")));
        assertThat(CloudEvents.refusal(() -> new CloudEventReader(new MessageLimits(1000, 9, 9))
                        .readStructured(body, body.length, options, 0)))
                .hasMessageContaining("ce_subject");
    }
}
