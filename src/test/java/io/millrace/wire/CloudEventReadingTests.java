package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events become records as the binary mode of the Kafka binding lays them out. */
class CloudEventReadingTests {

    private static final Map<String, String> ATTRIBUTES =
            Map.of("specversion", "1.0", "id", "1", "source", "/tills/7", "type", "com.example.sale");

    @Test
    void attributesBecomeHeadersAndDataTheValue() {
        DraftRecord draft = CloudEvents.structured("""
                {"specversion": "1.0", "type": "t", "source": "/s", "id": "\\u00e9", "subject": "a b",
                 "time": "2026-11-23T04:05:06.789Z", "dataschema": "https://example.com/s", "myext": "x",
                 "datacontenttype": "application/json", "data": {"a" : 1e400}}""");
        assertThat(Wire.headers(draft))
                .containsExactly(
                        "ce_specversion=1.0",
                        "ce_type=t",
                        "ce_source=/s",
                        "ce_id=\u00e9",
                        "ce_subject=a b",
                        "ce_time=2026-11-23T04:05:06.789Z",
                        "ce_dataschema=https://example.com/s",
                        "ce_myext=x",
                        "content-type=application/json");
        assertThat(Wire.text(draft.value())).isEqualTo("{\"a\" : 1e400}");
        assertThat(draft.key()).isNull();
        assertThat(draft.timestamp()).isEqualTo(Wire.NOW);
    }

    @Test
    void valuesThatAreNoStringsBecomeTheirCanonicalStrings() {
        assertThat(Wire.headers(CloudEvents.with("\"a\": true, \"b\": false, \"c\": -17, \"d\": -0, \"e\": null")))
                .containsSubsequence("ce_a=true", "ce_b=false", "ce_c=-17", "ce_d=0")
                .noneMatch(header -> header.startsWith("ce_e"));
    }

    @Test
    void thePartitionKeyIsTheKeyAndStaysAnAttribute() {
        DraftRecord draft = CloudEvents.with("\"partitionkey\": \"till-7\"");
        assertThat(Wire.text(draft.key())).isEqualTo("till-7");
        assertThat(Wire.headers(draft)).contains("ce_partitionkey=till-7");
    }

    @Test
    void anotherKeyThatIsGivenGoesBeforeThePartitionKey() {
        byte[] body = Wire.bytes("{" + CloudEvents.REQUIRED + ",\"partitionkey\":\"a\"}");
        RawOptions options = new RawOptions(Wire.buffer("b"), 3, 4L, List.of(RecordHeader.text("trace", "x")));
        ProducedMessage message = new CloudEventReader(new MessageLimits(1000, 9, 6))
                .readStructured(body, body.length, options, Wire.NOW);
        assertThat(Wire.text(message.draft().key())).isEqualTo("b");
        assertThat(message.partition()).isEqualTo(3);
        assertThat(message.draft().timestamp()).isEqualTo(4);
        assertThat(Wire.headers(message.draft())).contains("ce_partitionkey=a", "trace=x");
    }

    @Test
    void dataWithoutATypeIsJson() {
        DraftRecord draft = CloudEvents.with("\"data\": \"I'm just a string\"");
        assertThat(Wire.text(draft.value())).isEqualTo("\"I'm just a string\"");
        assertThat(Wire.headers(draft)).contains("content-type=application/json");
    }

    @Test
    void dataThatIsNullIsJsonAndNoTombstone() {
        assertThat(Wire.text(CloudEvents.with("\"data\": null").value())).isEqualTo("null");
    }

    @Test
    void anEventWithoutDataIsATombstone() {
        DraftRecord draft = CloudEvents.with("\"datacontenttype\": \"text/plain\", \"data_base64\": null");
        assertThat(draft.value()).isNull();
        assertThat(Wire.headers(draft)).contains("content-type=text/plain");
        assertThat(CloudEvents.binary(new byte[0], null, ATTRIBUTES).value()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/xml", "application/vnd.apache.thrift.binary"})
    void aStringOfAnotherTypeIsItsText(String type) {
        DraftRecord draft = CloudEvents.with("\"data\": \"<a>\\n</a>\", \"datacontenttype\": \"" + type + "\"");
        assertThat(Wire.text(draft.value())).isEqualTo("<a>\n</a>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/json", "image/json", "application/vnd.sale+json;v=1"})
    void jsonOfAnyTypeThatSaysSoStaysJson(String type) {
        DraftRecord draft = CloudEvents.with("\"data\": \"text\", \"datacontenttype\": \"" + type + "\"");
        assertThat(Wire.text(draft.value())).isEqualTo("\"text\"");
    }

    @Test
    void base64BecomesItsBytes() {
        DraftRecord draft = CloudEvents.with("\"data_base64\": \"AP8=\"");
        assertThat(draft.value().duplicate().get(1)).isEqualTo((byte) 0xFF);
        assertThat(Wire.headers(draft)).noneMatch(header -> header.startsWith("content-type"));
    }

    @Test
    void bytesBesideTheAttributesStayAsTheyAre() {
        DraftRecord draft = CloudEvents.binary(Wire.bytes(" {\"a\": 1} "), "application/json", ATTRIBUTES);
        assertThat(Wire.text(draft.value())).isEqualTo(" {\"a\": 1} ");
        assertThat(Wire.headers(draft)).hasSize(5).contains("ce_id=1", "content-type=application/json");
        assertThat(Wire.headers(CloudEvents.binary(Wire.bytes("x"), null, ATTRIBUTES)))
                .hasSize(4);
    }

    @Test
    void aBatchHoldsEventsInTheirOrder() {
        List<ProducedMessage> batch = CloudEvents.batch(
                "\ufeff [{" + CloudEvents.REQUIRED + ",\"data\":1}, {" + CloudEvents.REQUIRED + ",\"data\":2}] ");
        assertThat(batch).extracting(m -> Wire.text(m.draft().value())).containsExactly("1", "2");
        assertThat(CloudEvents.batch("[]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T04:05:06Z",
                "2026-11-23t04:05:06z",
                "2016-12-31T23:59:60Z",
                "2024-02-29T00:00:00.123456789123+05:30",
                "0000-01-01T00:00:00-00:00"
            })
    void timesOfRfc3339AreLegal(String time) {
        assertThat(Wire.headers(CloudEvents.with("\"time\": \"" + time + "\""))).contains("ce_time=" + time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/cloudevents",
                "mailto:cncf-wg-serverless@lists.cncf.io",
                "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
                "/cloudevents/spec/pull/123",
                "1-555-123-4567",
                "?a=%20#b"
            })
    void sourcesOfTheSpecificationAreLegal(String source) {
        assertThat(Wire.headers(CloudEvents.structured(
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\",\"source\":\"" + source + "\"}")))
                .contains("ce_source=" + source);
    }
}
