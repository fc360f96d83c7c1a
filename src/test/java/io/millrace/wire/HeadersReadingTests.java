package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersReadingTests {

    private static List<String> headers(String json) {
        return Wire.headers(Wire.draft("{\"headers\":" + json + ",\"value\":null}"));
    }

    private static String detail(String json) {
        return Wire.detail("{\"headers\":" + json + ",\"value\":{\"a\":1}}");
    }

    @Test
    void aHeaderIsATextOrNothing() {
        assertThat(headers("{\"a\":\"1\", \"b\":\"\\u00e9\" ,\"c\" : null,\"\":\"\"}"))
                .containsExactly("a=1", "b=é", "c=null", "=");
    }

    @Test
    void aHeaderMayBeBytes() {
        ByteBuffer value = Wire.draft("{\"headers\":{\"a\":{\"base64\":\"/w==\"}},\"value\":null}")
                .headers()
                .getFirst()
                .value();

        assertThat(value).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0xFF}));
    }

    @Test
    void anArrayRepeatsAHeaderInItsOrder() {
        assertThat(headers("{\"a\":[\"1\",{\"base64\":\"Mg==\"},null],\"b\":\"3\"}"))
                .containsExactly("a=1", "a=2", "a=null", "b=3");
    }

    @Test
    void aNameGivenTwiceRepeatsTheHeader() {
        assertThat(headers("{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}")).containsExactly("a=1", "b=2", "a=3");
    }

    @Test
    void theContentTypeComesBehindTheMessagesOwnHeaders() {
        assertThat(Wire.headers(Wire.draft("{\"value\":1,\"headers\":{\"a\":\"1\"}}")))
                .containsExactly("a=1", "content-type=application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-type", "Content-Type", "CONTENT-TYPE"})
    void theContentTypeIsNoHeaderOfTheMessage(String name) {
        assertThat(detail("{\"" + name + "\":\"text/plain\"}"))
                .isEqualTo(
                        "header '" + name + "' is kept by the server: give the media type in the field 'contentType'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}                                | header 'a' must be a string",
                "{\"a\":[true]}                           | header 'a' must be a string",
                "{\"a\":[[]]}                             | header 'a' must be a string",
                "{\"a\":\"\\udead\"}                      | header 'a' holds half of a surrogate pair",
                "{\"a\":{}}                               | header 'a' given as an object must be",
                "{\"a\":{\"base64\":null}}                | header 'a' given as an object must be",
                "{\"a\":{\"text\":{\"base64\":\"\"}}}     | header 'a' given as an object must be",
                "{\"a\":{\"base64\":\"\",\"base64\":\"\"}}| header 'a' given as an object must be",
                "{\"a\":{\"base64\":\"?\"}}               | header 'a' is not base64",
                "{\"a\":[\"1\",\"2\",\"3\"],\"b\":\"4\",\"c\":\"5\"} | the message has 5 headers; the limit is millrace.limits.max-headers-per-message=4"
            })
    void aWrongHeaderIsRefusedWithWhatWouldBeRight(String headers, String detail) {
        assertThat(detail(headers)).startsWith(detail);
    }

    @Test
    void theContentTypeDoesNotCountAgainstTheLimit() {
        assertThat(Wire.draft("{\"headers\":{\"a\":[\"1\",\"2\",\"3\",\"4\"]},\"value\":1}")
                        .headers())
                .hasSize(5);
    }
}
