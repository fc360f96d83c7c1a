package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.PartitionOffsets;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every record is an event to who asks for events. */
class CloudEventWritingTests {

    private static final RecordHeader[] ATTRIBUTES = {
        RecordHeader.text("ce_specversion", "1.0"),
        RecordHeader.text("ce_id", "1"),
        RecordHeader.text("ce_source", "/tills/7"),
        RecordHeader.text("ce_type", "com.example.sale")
    };

    private static StoredRecord event(String contentType, byte[] value, RecordHeader... more) {
        List<RecordHeader> headers = new ArrayList<>(List.of(ATTRIBUTES));
        headers.addAll(List.of(more));
        if (contentType != null) {
            headers.add(RecordHeader.text("content-type", contentType));
        }
        return Wire.record(value, headers.toArray(RecordHeader[]::new));
    }

    @Test
    void anEventOfTheKafkaBindingIsGivenAsItIs() {
        StoredRecord record =
                event("application/json", Wire.bytes("{\"a\" : 1}"), RecordHeader.text("ce_myext", "\"5\""));
        assertThat(CloudEvents.written(record, true)).isEqualTo("""
                {"specversion":"1.0","id":"1","source":"/tills/7","type":"com.example.sale","myext":"\\"5\\"",\
                "datacontenttype":"application/json","data":{"a" : 1}}""");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 1, data",
        "image/json, 1, data",
        "application/json, {, data_base64",
        "text/plain, x, data",
        "application/xml, <a/>, data",
        "text/plain;charset=ISO-8859-1, x, data_base64",
        "application/octet-stream, x, data_base64",
        ", '{\"a\":1}', data",
        ", x, data_base64",
        ", 1, data_base64"
    })
    void dataIsShownSoThatItsBytesCanBeReadFromIt(String type, String value, String member) {
        JsonNode event = CloudEvents.event(event(type, Wire.bytes(value)));
        assertThat(event.has(member)).as(event.toString()).isTrue();
        assertThat(event.has("data") && event.has("data_base64")).isFalse();
        assertThat(event.has("datacontenttype")).isEqualTo(type != null);
    }

    @Test
    void textThatIsNotUtf8IsGivenInBase64() {
        assertThat(CloudEvents.event(event("text/plain", new byte[] {(byte) 0xFF}))
                        .at("/data_base64")
                        .asString())
                .isEqualTo("/w==");
    }

    @Test
    void aTombstoneIsAnEventWithoutData() {
        JsonNode event = CloudEvents.event(event("text/plain", null));
        assertThat(event.propertyNames()).containsExactly("specversion", "id", "source", "type", "datacontenttype");
    }

    @Test
    void anEventInTheValueOfARecordIsGivenByteForByte() {
        String json = "{ " + CloudEvents.REQUIRED + ", \"n\": 5, \"data\": [1e400] }";
        StoredRecord record = Wire.record(
                Wire.bytes(json), RecordHeader.text("Content-Type", "Application/CloudEvents+JSON; charset=UTF-8"));
        assertThat(CloudEvents.written(record, true)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{", "[]", "\ufeff{}"})
    void whatOnlySaysThatItIsAnEventIsPutIntoOne(String value) {
        StoredRecord record =
                Wire.record(Wire.bytes(value), RecordHeader.text("content-type", "application/cloudevents+json"));
        assertThat(CloudEvents.event(record).at("/type").asString()).isEqualTo("io.millrace.message");
    }

    @Test
    void aMessageThatIsNoEventIsPutIntoOne() {
        StoredRecord record = new StoredRecord(
                17,
                1_763_870_706_789L,
                Wire.buffer("k"),
                Wire.buffer("{\"a\": 1}"),
                List.of(ContentType.JSON_HEADER, RecordHeader.text("trace", "x")));
        assertThat(CloudEvents.written(record, false)).isEqualTo("""
                {"specversion":"1.0","id":"orders/2/17","source":"/topics/orders/partitions/2",\
                "type":"io.millrace.message","time":"2025-11-23T04:05:06.789Z","partitionkey":"k",\
                "datacontenttype":"application/json","data":{"a": 1}}""");
    }

    @ParameterizedTest
    @CsvSource({
        "x, text/plain;charset=UTF-8, data",
        "'{\"a\":1}', application/json, data",
    })
    void aValueWithoutATypeGetsTheOneThatItLooksLike(String value, String type, String member) {
        JsonNode event = CloudEvents.event(Wire.record(Wire.bytes(value)));
        assertThat(event.at("/datacontenttype").asString()).isEqualTo(type);
        assertThat(event.has(member)).isTrue();
    }

    @Test
    void bytesTombstonesAndKeysThatAreNoTextArePutIntoEventsToo() {
        assertThat(CloudEvents.event(Wire.record(new byte[] {(byte) 0xFF}))
                        .at("/data_base64")
                        .asString())
                .isEqualTo("/w==");
        assertThat(CloudEvents.event(Wire.record(null)).propertyNames())
                .containsExactly("specversion", "id", "source", "type", "time");
        ByteBuffer noText = ByteBuffer.wrap(new byte[] {(byte) 0xFF});
        assertThat(CloudEvents.event(new StoredRecord(1, -1, noText, null, List.of()))
                        .propertyNames())
                .containsExactly("specversion", "id", "source", "type");
    }

    @ParameterizedTest
    @CsvSource({"ce_id, 2", "ce_time, yesterday", "ce_My, x", "ce_subject, ''"})
    void attributesThatMakeNoLegalEventAreThoseOfAMessage(String name, String value) {
        JsonNode event = CloudEvents.event(event(null, Wire.bytes("x"), RecordHeader.text(name, value)));
        assertThat(event.at("/type").asString()).isEqualTo("io.millrace.message");
    }

    @Test
    void anAttributeWithoutAValueIsNotThere() {
        JsonNode event = CloudEvents.event(event(null, null, new RecordHeader("ce_subject", null)));
        assertThat(event.propertyNames()).containsExactly("specversion", "id", "source", "type");
    }

    @Test
    void aPageIsAnArray() {
        JsonOutput out = new JsonOutput(16);
        List<StoredRecord> records = List.of(event(null, null), Wire.record(Wire.bytes("x")));
        new CloudEventWriter(true)
                .events(out, List.of(new FetchedPartition(Wire.ORDERS, records, 9, new PartitionOffsets(0, 9, 0))));
        JsonNode array = Wire.parsed(Wire.string(out));
        assertThat(array).hasSize(2);
        assertThat(array.at("/0/type").asString()).isEqualTo("com.example.sale");
        assertThat(array.at("/1/type").asString()).isEqualTo("io.millrace.message");
    }
}
