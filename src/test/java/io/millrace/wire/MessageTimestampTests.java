package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTimestampTests {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1795406706789, 1795406706789",
        "9223372036854775807, 9223372036854775807",
        "2026-11-23T04:05:06.789Z, 1795406706789",
        "2026-11-23T04:05:06.789999Z, 1795406706789",
        "2026-11-22T23:05:06.789-05:00, 1795406706789",
        "+10000-01-01T00:00:00Z, 253402300800000"
    })
    void bothFormsMeanMilliseconds(String text, long millis) {
        assertThat(MessageTimestamp.parse(text)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1.5",
                "9223372036854775808",
                "99999999999999999999",
                "٣",
                "2026-11-23",
                "2026-11-23T04:05:06",
                "2026-02-30T00:00:00Z",
                "1969-12-31T23:59:59.999Z",
                "+999999999-12-31T23:59:59Z",
                "now"
            })
    void anythingElseIsNoTimestamp(String text) {
        assertThat(MessageTimestamp.parse(text)).isEmpty();
    }
}
