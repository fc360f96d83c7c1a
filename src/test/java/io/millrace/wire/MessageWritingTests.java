package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.PartitionOffsets;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWritingTests {

    private static final byte[] NOT_UTF8 = {(byte) 0xFF, 0};
    private static final String BEGIN = "{\"topic\":\"orders\",\"partition\":2,\"offset\":7";
    private static final String EPOCH = BEGIN + ",\"timestamp\":\"1970-01-01T00:00:00.000Z\"";

    private static RecordHeader type(String contentType) {
        return RecordHeader.text("content-type", contentType);
    }

    @Test
    void aMessageHasItsFieldsInOrder() {
        StoredRecord stored = Wire.stored(Wire.draft(
                "{\"headers\":{\"a\":\"1\"},\"timestamp\":1795406706789,\"value\":{ \"n\":1e400 },\"key\":\"k\\n\"}"));

        assertThat(Wire.written(stored))
                .isEqualTo(BEGIN
                        + ",\"timestamp\":\"2026-11-23T04:05:06.789Z\",\"key\":\"k\\n\",\"value\":{ \"n\":1e400 },"
                        + "\"contentType\":\"application/json\",\"headers\":{\"a\":\"1\"}}");
    }

    @Test
    void whatARecordLacksIsLeftOut() {
        StoredRecord record = new StoredRecord(7, -1, null, null, List.of());

        assertThat(Wire.written(record)).isEqualTo(BEGIN + ",\"value\":null}");
    }

    @Test
    void aTombstoneShowsTheContentTypeThatWasKeptWithIt() {
        assertThat(Wire.written(Wire.record(null, type("text/plain"))))
                .isEqualTo(EPOCH + ",\"value\":null,\"contentType\":\"text/plain\"}");
    }

    @Test
    void aKeyThatIsNotTextIsShownInBase64() {
        StoredRecord record = new StoredRecord(7, -1, ByteBuffer.wrap(NOT_UTF8), null, List.of());

        assertThat(Wire.written(record)).isEqualTo(BEGIN + ",\"keyBase64\":\"/wA=\",\"value\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\" : 1}  | \"value\":{\"a\" : 1}",
                "[1]          | \"value\":[1]",
                "1            | \"value\":\"1\"",
                "\"x\"        | \"value\":\"\\\"x\\\"\"",
                "{\"a\":      | \"value\":\"{\\\"a\\\":\"",
                "{} {}        | \"value\":\"{} {}\"",
                "héllo        | \"value\":\"héllo\"",
                "''           | \"value\":\"\""
            })
    void aValueWithoutContentTypeIsShownAsWhatItLooksLike(String value, String shown) {
        assertThat(Wire.written(Wire.record(Wire.bytes(value)))).isEqualTo(EPOCH + "," + shown + "}");
    }

    @Test
    void bytesWithoutContentTypeAreShownInBase64() {
        assertThat(Wire.written(Wire.record(NOT_UTF8))).isEqualTo(EPOCH + ",\"valueBase64\":\"/wA=\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/json", "application/vnd.acme+json"})
    void aValueOfAJsonTypeIsShownAsItIs(String contentType) {
        assertThat(Wire.written(Wire.record(Wire.bytes(" 1e400 "), type(contentType)), true))
                .isEqualTo(EPOCH + ",\"value\": 1e400 ,\"contentType\":\"" + contentType + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "1 2", "\uFEFF1", "nope"})
    void aValueOfAJsonTypeThatIsNoneIsShownInBase64WhereOthersWriteToo(String value) {
        assertThat(Wire.written(Wire.record(Wire.bytes(value), type("application/json")), true))
                .startsWith(EPOCH + ",\"valueBase64\":\"")
                .endsWith("\",\"contentType\":\"application/json\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "image/svg+xml", "application/x-www-form-urlencoded"})
    void textIsShownAsAString(String contentType) {
        assertThat(Wire.written(Wire.record(Wire.bytes("{\"a\":\"é\"}"), type(contentType))))
                .contains("\"value\":\"{\\\"a\\\":\\\"é\\\"}\"");
    }

    @Test
    void textIsDecodedByItsCharset() {
        byte[] latin1 = "é\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Wire.written(Wire.record(latin1, type("text/plain; charset=ISO-8859-1"))))
                .contains("\"value\":\"é\\n\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/plain;charset=us-ascii",
                "text/plain;charset=klingon",
                "text/plain;charset=\"\"",
                "image/png",
                "application/octet-stream"
            })
    void whatIsNotTextIsShownInBase64(String contentType) {
        assertThat(Wire.written(Wire.record(NOT_UTF8, type(contentType)))).contains("\"valueBase64\":\"/wA=\"");
    }

    @Test
    void aContentTypeHeaderCountsInAnyCaseAndTheLastOneWins() {
        StoredRecord record =
                Wire.record(Wire.bytes("1"), type("text/plain"), RecordHeader.text("Content-Type", "application/json"));

        assertThat(Wire.written(record)).isEqualTo(EPOCH + ",\"value\":1,\"contentType\":\"application/json\"}");
    }

    @Test
    void aContentTypeHeaderThatHoldsNoneIsAHeaderLikeOthers() {
        assertThat(Wire.written(Wire.record(Wire.bytes("x"), type("json"))))
                .isEqualTo(EPOCH + ",\"value\":\"x\",\"headers\":{\"content-type\":\"json\"}}");
    }

    @Test
    void headersAreGroupedByNameAtTheirFirstPlace() {
        StoredRecord record = Wire.record(
                null,
                RecordHeader.text("b", "1"),
                RecordHeader.text("a\"", "2"),
                new RecordHeader("b", null),
                new RecordHeader("b", ByteBuffer.wrap(NOT_UTF8)),
                type("text/plain"));

        assertThat(Wire.written(record))
                .endsWith(",\"headers\":{\"b\":[\"1\",null,{\"base64\":\"/wA=\"}],\"a\\\"\":\"2\"}}");
    }

    @Test
    void aSingleHeaderIsNoArray() {
        assertThat(Wire.written(Wire.record(null, RecordHeader.text("a", "1"))))
                .endsWith(",\"headers\":{\"a\":\"1\"}}");
    }

    @Test
    void buffersThatGiveNoArrayAreReadAndLeftWhereTheyAre() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16)
                .put(Wire.bytes("xx{\"a\":1}xx"))
                .position(2)
                .limit(9);
        ByteBuffer readOnly = Wire.buffer("k\"").asReadOnlyBuffer();

        String written = Wire.written(new StoredRecord(7, -1, readOnly, direct, List.of()));

        assertThat(written).isEqualTo(BEGIN + ",\"key\":\"k\\\"\",\"value\":{\"a\":1}}");
        assertThat(direct.position()).isEqualTo(2);
        assertThat(readOnly.position()).isZero();
    }

    @Test
    void onOneLineAPrettyPrintedValueMeansTheSame() {
        StoredRecord record = Wire.record(Wire.bytes("{\r\n \"a\": \"\\n\"\n}"));
        JsonOutput out = new JsonOutput(16);

        new MessageWriter(false).run(out, Wire.ORDERS).messageOnOneLine(record);

        assertThat(Wire.string(out)).doesNotContain("\n", "\r");
        assertThat(Wire.parsed(Wire.string(out))).isEqualTo(Wire.parsed(Wire.written(record)));
    }

    @Test
    void aReadOfAPartitionTellsWhereToGoOn() {
        JsonOutput out = new JsonOutput(16);
        StoredRecord record = new StoredRecord(7, -1, null, null, List.of());

        new MessageWriter(false)
                .fetched(
                        out,
                        new FetchedPartition(Wire.ORDERS, List.of(record, record), 9, new PartitionOffsets(3, 12, 0)));

        assertThat(Wire.string(out))
                .isEqualTo("{\"messages\":[" + BEGIN + ",\"value\":null}," + BEGIN + ",\"value\":null}],"
                        + "\"nextOffset\":9,\"logStartOffset\":3,\"highWatermark\":12}");
    }

    @Test
    void messagesOfManyPartitionsAreOneArray() {
        JsonOutput out = new JsonOutput(16);
        StoredRecord record = new StoredRecord(1, -1, null, null, List.of());
        PartitionOffsets ends = new PartitionOffsets(0, 2, 0);
        TopicPartition other = new TopicPartition(new TopicName("other"), 0);

        new MessageWriter(false)
                .messages(
                        out,
                        List.of(
                                new FetchedPartition(Wire.ORDERS, List.of(), 2, ends),
                                new FetchedPartition(other, List.of(record), 2, ends),
                                new FetchedPartition(Wire.ORDERS, List.of(record), 2, ends)));

        assertThat(Wire.string(out))
                .isEqualTo("[{\"topic\":\"other\",\"partition\":0,\"offset\":1,\"value\":null},"
                        + "{\"topic\":\"orders\",\"partition\":2,\"offset\":1,\"value\":null}]");
    }

    @Test
    void messagesWithDifferentHeadersShowEachTheirOwn() {
        JsonOutput out = new JsonOutput(16);
        PartitionOffsets ends = new PartitionOffsets(0, 3, 0);
        List<RecordHeader> first = List.of(RecordHeader.text("a", "1"));
        List<RecordHeader> second = List.of(RecordHeader.text("content-type", "text/plain"));

        new MessageWriter(false)
                .messages(
                        out,
                        List.of(new FetchedPartition(
                                Wire.ORDERS,
                                List.of(
                                        new StoredRecord(7, -1, null, null, first),
                                        new StoredRecord(7, -1, null, null, first),
                                        new StoredRecord(7, -1, null, ByteBuffer.wrap(Wire.bytes("[]")), second),
                                        new StoredRecord(7, -1, null, ByteBuffer.wrap(Wire.bytes("[]")), List.of())),
                                8,
                                ends)));

        assertThat(Wire.string(out))
                .isEqualTo("[" + BEGIN + ",\"value\":null,\"headers\":{\"a\":\"1\"}},"
                        + BEGIN + ",\"value\":null,\"headers\":{\"a\":\"1\"}},"
                        + BEGIN + ",\"value\":\"[]\",\"contentType\":\"text/plain\"},"
                        + BEGIN + ",\"value\":[]}]");
    }

    @Test
    void theAnswerToOneMessageNamesItsPlace() {
        JsonOutput out = new JsonOutput(16);

        ProduceAnswers.single(out, new TopicName("orders"), new ProducedOffset(1, 42, 1_795_406_706_789L));

        assertThat(Wire.string(out))
                .isEqualTo("{\"topic\":\"orders\",\"partition\":1,\"offset\":42,"
                        + "\"timestamp\":\"2026-11-23T04:05:06.789Z\"}");
    }

    @Test
    void theAnswerToABatchNamesThePlacesInOrder() {
        JsonOutput out = new JsonOutput(16);

        ProduceAnswers.batch(out, List.of(new ProducedOffset(1, 42, 0), new ProducedOffset(0, 3, 1)), List.of());

        assertThat(Wire.string(out))
                .isEqualTo("{\"offsets\":[{\"partition\":1,\"offset\":42,\"timestamp\":\"1970-01-01T00:00:00.000Z\"},"
                        + "{\"partition\":0,\"offset\":3,\"timestamp\":\"1970-01-01T00:00:00.001Z\"}]}");
    }

    @Test
    void theAnswerToABatchOfWhichAPartFailedSaysWhichAndWhy() {
        JsonOutput out = new JsonOutput(16);

        ProduceAnswers.batch(
                out,
                Arrays.asList(null, new ProducedOffset(0, 3, 1), null),
                List.of(new MessageError(0, "no-space", "Full"), new MessageError(2, "forbidden", "a \"b\"")));

        assertThat(Wire.string(out))
                .isEqualTo("{\"offsets\":[null,"
                        + "{\"partition\":0,\"offset\":3,\"timestamp\":\"1970-01-01T00:00:00.001Z\"},null],"
                        + "\"errors\":[{\"index\":0,\"code\":\"no-space\",\"detail\":\"Full\"},"
                        + "{\"index\":2,\"code\":\"forbidden\",\"detail\":\"a \\\"b\\\"\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"a\":1}', application/json",
        "'{\"a\":', text/plain;charset=UTF-8",
        "1, text/plain;charset=UTF-8",
        "'', text/plain;charset=UTF-8"
    })
    void aRawValueWithoutContentTypeIsAnsweredAsWhatItLooksLike(String value, String contentType) {
        assertThat(RawValue.contentType(Wire.record(Wire.bytes(value)))).isEqualTo(contentType);
    }

    @Test
    void aRawValueIsAnsweredUnderItsOwnContentType() {
        assertThat(RawValue.contentType(Wire.record(NOT_UTF8, type("Image/PNG"))))
                .isEqualTo("Image/PNG");
        assertThat(RawValue.contentType(Wire.record(NOT_UTF8))).isEqualTo("application/octet-stream");
        assertThat(RawValue.contentType(Wire.record(null))).isEqualTo("application/octet-stream");
    }
}
