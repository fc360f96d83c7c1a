package io.millrace.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.web.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 3.1.3.2 of the HTTP binding: percent-encoding of attributes in headers. */
class CloudEventHeadersTests {

    private static final String EURO = "Euro \u20ac \ud83d\ude00";

    @Test
    void theExampleOfTheBindingIsEncodedAsItSays() {
        assertThat(CloudEventHeaders.encode(EURO)).isEqualTo("Euro%20%E2%82%AC%20%F0%9F%98%80");
        assertThat(CloudEventHeaders.encode("\"100%\"\u007f~!")).isEqualTo("%22100%25%22%7F~!");
    }

    @ParameterizedTest
    @CsvSource({
        "Euro%20%E2%82%AC%20%F0%9F%98%80, Euro \u20ac \ud83d\ude00",
        "Euro%20%e2%82%ac%20%f0%9f%98%80, Euro \u20ac \ud83d\ude00",
        "%41b, Ab",
        "%2541, %41",
        "a b, a b",
        "'\"a b\"', a b",
        "'\"a \\\"b\\\" \\\\ %20\"', 'a \"b\" \\  '",
        "'\"\"', ''",
        "'', ''"
    })
    void valuesAreUnquotedAndDecodedOnce(String value, String expected) {
        assertThat(CloudEventHeaders.decode("ce-subject", value)).isEqualTo(expected);
    }

    @Test
    void utf8ThatWasNotEncodedIsUnderstoodToo() {
        String asTheContainerReadsIt = new String(EURO.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(CloudEventHeaders.decode("ce-subject", asTheContainerReadsIt))
                .isEqualTo(EURO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%C0%A0", "%FF", "%ED%A0%80", "%", "%2", "%zz", "100% sure", "\"a", "\"a\"b", "\"", "\"a\\\""})
    void whatCannotBeDecodedIsRefused(String value) {
        assertThatThrownBy(() -> CloudEventHeaders.decode("CE-Subject", value))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("header 'ce-subject' ");
    }

    @ParameterizedTest
    @ValueSource(strings = {EURO, "", "%", "\"", "a\\b", "\u0000\u00ff\uffff"})
    void whatIsEncodedIsDecodedAgain(String value) {
        assertThat(CloudEventHeaders.decode("ce-a", CloudEventHeaders.encode(value)))
                .isEqualTo(value);
    }
}
