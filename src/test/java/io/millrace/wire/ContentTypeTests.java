package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeTests {

    private static ProducedMessage raw(String contentType, String body, RawOptions options) {
        byte[] bytes = Wire.bytes(body);
        return new MessageReader(Wire.LIMITS).readRaw(bytes, bytes.length, contentType, options, Wire.NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, JSON",
        "Application/JSON; charset=utf-8, JSON",
        "text/json, JSON",
        "image/json, JSON",
        "application/cloudevents+json, JSON",
        "application/problem+JSON, JSON",
        "text/plain, TEXT",
        "text/csv;header=present, TEXT",
        "application/xml, TEXT",
        "image/svg+xml, TEXT",
        "application/javascript, TEXT",
        "application/x-www-form-urlencoded, TEXT",
        "application/octet-stream, BINARY",
        "application/json-seq, BINARY",
        "image/png, BINARY",
        "application/x-protobuf; messageType=\"a;b \\\" c\", BINARY"
    })
    void aTypeBelongsToAFamily(String text, ContentType.Family family) {
        assertThat(ContentType.parse(text).family()).isEqualTo(family);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "text/",
                "/plain",
                "text/plain/x",
                "text /plain",
                " text/plain",
                "text/plain;charset",
                "text/plain;a=\"",
                "text/plain;a=b c",
                "text/plain\u0000",
                "text/plain;a=\"\n\"",
                "tëxt/plain"
            })
    void whatIsNoMediaTypeIsRefused(String text) {
        assertThat(ContentType.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/json", "application/vnd.acme+json; v=1", "application/json"})
    void aJsonTypeKeepsTheJsonAsItCame(String contentType) {
        DraftRecord draft = Wire.draft("{\"value\":\"a\\u0062\",\"contentType\":\"" + contentType + "\"}");

        assertThat(Wire.text(draft.value())).isEqualTo("\"a\\u0062\"");
        assertThat(Wire.headers(draft)).containsExactly("content-type=" + contentType);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml;charset=utf-8", "text/plain;charset=\"UTF-8\""})
    void aStringUnderAnotherTypeIsKeptAsItsText(String contentType) {
        String escaped = contentType.replace("\"", "\\\"");

        DraftRecord draft = Wire.draft("{\"contentType\":\"" + escaped + "\",\"value\":\"<a>\\u00e9\\n</a>\"}");

        assertThat(Wire.text(draft.value())).isEqualTo("<a>é\n</a>");
        assertThat(Wire.headers(draft)).containsExactly("content-type=" + contentType);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1", "true"})
    void jsonThatIsNoStringIsRefusedUnderAnotherType(String value) {
        assertThat(Wire.detail("{\"contentType\":\"text/plain\",\"value\":" + value + "}"))
                .contains("its contentType is 'text/plain'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain;charset=iso-8859-1", "text/plain; Charset=\"klingon\"", "text/json;charset=utf-16"})
    void aStringUnderAnotherCharsetIsRefusedWithAdvice(String contentType) {
        assertThat(Wire.detail("{\"value\":\"x\",\"contentType\":\"" + contentType.replace("\"", "\\\"") + "\"}"))
                .contains("charset other than UTF-8")
                .contains("valueBase64");
    }

    @Test
    void bytesUnderAJsonTypeAreJson() {
        assertThat(Wire.text(Wire.draft("{\"valueBase64\":\"IHsgfSA=\",\"contentType\":\"application/json\"}")
                        .value()))
                .isEqualTo(" { } ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eyA=", "", "/w==", "MSAy", "77u/MQ=="})
    void bytesUnderAJsonTypeThatAreNotJsonAreRefused(String base64) {
        assertThat(Wire.detail("{\"valueBase64\":\"" + base64 + "\",\"contentType\":\"text/json\"}"))
                .startsWith("field 'valueBase64' is not JSON though its contentType is 'text/json'");
    }

    @Test
    void bytesUnderAnyOtherTypeAreTakenAsTheyAre() {
        DraftRecord draft = Wire.draft("{\"valueBase64\":\"/w==\",\"contentType\":\"text/plain;charset=iso-8859-1\"}");

        assertThat(draft.value().remaining()).isEqualTo(1);
    }

    @Test
    void aBodyOfAnyOtherTypeIsTheValue() {
        RawOptions options = new RawOptions(Wire.buffer("k"), 3, 5L, List.of(RecordHeader.text("a", "1")));

        ProducedMessage message = raw("text/plain", "héllo", options);

        assertThat(message.partition()).isEqualTo(3);
        assertThat(message.draft().timestamp()).isEqualTo(5);
        assertThat(Wire.text(message.draft().key())).isEqualTo("k");
        assertThat(Wire.text(message.draft().value())).isEqualTo("héllo");
        assertThat(Wire.headers(message.draft())).containsExactly("a=1", "content-type=text/plain");
    }

    @Test
    void anEmptyBodyIsAnEmptyValueRatherThanATombstone() {
        assertThat(raw("text/plain", "", RawOptions.NONE).draft().value()).isEqualTo(Wire.buffer(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "\uFEFF{}", "nul"})
    void aBodyOfAJsonTypeHasToBeJson(String body) {
        assertThatThrownBy(() -> raw("application/problem+json", body, RawOptions.NONE))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void aBodyOfNoMediaTypeIsRefused() {
        assertThatThrownBy(() -> raw("gif", "x", RawOptions.NONE))
                .isInstanceOf(InvalidMessagesException.class)
                .hasMessageStartingWith("the content type of the body must be a media type");
    }

    @Test
    void aRawMessageDoesNotBringItsOwnContentTypeHeader() {
        RawOptions options = new RawOptions(null, null, null, List.of(RecordHeader.text("Content-Type", "text/json")));

        assertThatThrownBy(() -> raw("text/plain", "x", options))
                .isInstanceOf(InvalidMessagesException.class)
                .hasMessageStartingWith("header 'Content-Type' is kept by the server");
    }

    @Test
    void theLimitsHoldForRawMessages() {
        assertThatThrownBy(() -> raw("text/plain", "x".repeat(1001), RawOptions.NONE))
                .isInstanceOfSatisfying(
                        InvalidMessagesException.class,
                        e -> assertThat(e.errors())
                                .extracting(MessageError::code)
                                .containsExactly("message-too-large"));
    }
}
