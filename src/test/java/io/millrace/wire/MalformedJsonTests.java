package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedJsonTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"value\":}     | 1 | 10 | unexpected character '}': expected a value",
                "{\"value\" 1}    | 1 | 10 | unexpected character '1': expected a colon to separate property name and value",
                "{value:1}        | 1 | 2  | unexpected character 'v': expected double-quote to start property name",
                "{\"value\":1,}   | 1 | 12 | unexpected character '}': expected double-quote to start property name",
                "{\"value\":[1 2]}| 1 | 13 | unexpected character '2': expected comma to separate Array entries",
                "{\"value\":'a'}  | 1 | 10 | unexpected character ''': expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                "{\"value\":NaN}  | 1 | 13 | non-standard token 'NaN'",
                "{\"value\":nul}  | 1 | 10 | unrecognized token 'nul': expected (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                "{\"value\":[1}   | 1 | 12 | unexpected close marker '}': expected ']'",
                "{\"value\":1     | 1 | 11 | the text ends too early: an object is not finished, '}' is missing",
                "{\"value\":[1    | 1 | 12 | the text ends too early: an array is not finished, ']' is missing",
                "{\"value\":\"a   | 1 | 12 | the text ends too early: an object is not finished, '}' is missing",
                "{\"value\":1}}   | 1 | 12 | unexpected close marker '}': no open Object to close",
                "{\"value\":1} {} | 1 | 13 | expected the end of the body after the JSON object (one object a line is application/x-ndjson)",
                "{\"value\":é}     | 1 | 10 | unrecognized token 'é': expected (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                "{é:1}            | 1 | 2  | unexpected character 'é': expected double-quote to start property name",
                "{\"value\":1 😀  | 1 | 12 | unexpected character '😀': expected comma to separate Object entries",
                "``               | 1 | 1  | expected a value, but there is none",
            })
    void aMistakeIsNamedWithItsPlace(String body, int line, int column, String reason) {
        MalformedJsonException e = Wire.malformed(body);

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.line()).isEqualTo(line);
        assertThat(e.column()).isEqualTo(column);
        assertThat(e).hasMessage("Malformed JSON at line %d, column %d: %s".formatted(line, column, reason));
    }

    @Test
    void columnsCountCharacters() {
        MalformedJsonException e = Wire.malformed("{\n \"key\":\"é😀\", x");

        assertThat(e.line()).isEqualTo(2);
        assertThat(e.column()).isEqualTo(14);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":01}",
                "{\"value\":+1}",
                "{\"value\":.5}",
                "{\"value\":1.}",
                "{\"value\":1e}",
                "{\"value\":-}",
                "{\"value\":\"\\q\"}",
                "{\"value\":\"\\u12x4\"}",
                "{\"value\":\"\n\"}",
                "{\"value\":\"\u0000\"}",
                "{\"value\":1 /* c */}",
                "{\"value\":[,1]}",
                "{\"value\":[1,]}",
                "{\"value\":{\"a\"}}",
                "{\"value\":truex}",
                "{\"value\":1}x",
                "   ",
                "{,}",
                "é"
            })
    void aMistakeIsToldWithoutTheParsersOwnNames(String body) {
        assertThat(Wire.malformed(body).reason())
                .doesNotContain("`", "Feature", "Source", "Exception", "VALUE_", "jackson")
                .isNotBlank();
    }

    @Test
    void tooDeepNestingIsRefused() {
        String body = "{\"value\":" + "[".repeat(1000) + "]".repeat(1000) + "}";

        assertThat(Wire.malformed(body).reason()).isEqualTo("more than 1000 levels of nested arrays and objects");
    }

    @Test
    void deepNestingIsTaken() {
        byte[] body = Wire.bytes("{\"value\":" + "[".repeat(999) + "]".repeat(999) + "}");

        ProduceRequest request = new MessageReader(new MessageLimits(1 << 20, 1, 1)).readJson(body, body.length, 0);

        assertThat(((ProduceRequest.Single) request).message().draft().value().remaining())
                .isEqualTo(1998);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"x", "{\"n"})
    void aLongNumberStringOrNameIsTaken(String begin) {
        String value =
                begin + "0".repeat(300_000) + (begin.equals("1") ? "" : "\"") + (begin.startsWith("{") ? ":1}" : "");
        byte[] body = Wire.bytes("{\"value\":" + value + "}");

        ProduceRequest request = new MessageReader(new MessageLimits(1 << 20, 1, 1)).readJson(body, body.length, 0);

        assertThat(Wire.text(((ProduceRequest.Single) request).message().draft().value()))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreRefused(String charset) {
        assertThat(Wire.malformed("{\"value\":1}".getBytes(Charset.forName(charset)))
                        .reason())
                .contains("UTF-16 or UTF-32")
                .contains("UTF-8");
    }

    @Test
    void aByteThatIsNotUtf8IsNamedWithItsPosition() {
        MalformedJsonException e = Wire.malformed("{\"value\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(e.reason()).startsWith("the byte 0xE9 at position 10 is not UTF-8");
        assertThat(e.column()).isEqualTo(11);
    }

    @Test
    void placesCountFromTheBeginningOfTheLine() {
        byte[] lines = Wire.bytes("{\"value\":1}\n{\"value\":}");
        MalformedJsonException e = assertThrows(
                MalformedJsonException.class,
                () -> new MessageReader(Wire.LIMITS).readMessage(lines, 12, lines.length - 12, 0));

        assertThat(e.line()).isEqualTo(1);
        assertThat(e.column()).isEqualTo(10);
    }
}
