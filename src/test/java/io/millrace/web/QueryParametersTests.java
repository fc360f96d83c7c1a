package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class QueryParametersTests {

    @Test
    void valuesArePercentEncodedUtf8AndAPlusIsASpace() {
        QueryParameters query = query("key=caf%C3%A9+%2B%26%3D&", "key");
        assertThat(query.text("key")).isEqualTo("café +&=");
    }

    @Test
    void aNameWithoutAValueIsThereAndEmpty() {
        assertThat(query("key", "key").text("key")).isEmpty();
        assertThat(query("key=", "key").has("key")).isTrue();
        assertThat(query(null, "key").has("key")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"key=%", "key=%4", "key=%zz", "key=%FF", "key=%C3", "key=%ED%A0%80", "k%=1", "key=%-1"})
    void malformedEncodingIsRefused(String query) {
        assertRefused(() -> query(query, "key"), "");
    }

    @Test
    void anUnknownNameIsToldTheOneThatWasMeantAndAllOthers() {
        assertRefused(
                () -> query("partitoin=1", "partition", "key"),
                "'partitoin'; did you mean 'partition'? Known here: partition, key.");
        assertRefused(() -> query("a=1"), "There are none here");
    }

    @Test
    void aNameMayStandThereOnlyOnce() {
        assertRefused(() -> query("max=1&max=1", "max"), "'max' stands there more than once");
    }

    @Test
    void aWholeNumberHasARange() {
        assertThat(query("max=7", "max").integer("max", 500, 1, 100)).isEqualTo(7);
        assertThat(query("", "max").integer("max", 500, 1, 100)).isEqualTo(500);
        for (String wrong : new String[] {"", "0", "-1", "1.5", "many", "%2B1", "99999999999999999999"}) {
            assertRefused(
                    () -> query("max=" + wrong, "max").integer("max", 500, 1, 100),
                    "Query parameter 'max' must be a whole number from 1 to 100, not '");
        }
    }

    @Test
    void aLimitThatIsExceededIsNamed() {
        assertRefused(
                () -> query("max=101", "max").integer("max", 500, 1, 100, "millrace.limits.max-poll-messages"),
                "millrace.limits.max-poll-messages");
        assertRefused(
                () -> query("maxBytes=101", "maxBytes").bytes("maxBytes", 1, 100, "millrace.limits.max-poll-bytes"),
                "millrace.limits.max-poll-bytes");
        assertRefused(
                () -> query("wait=61s", "wait")
                        .duration("wait", Duration.ZERO, Duration.ofMinutes(1), "millrace.limits.max-poll-wait"),
                "at most 60s (the most that millrace.limits.max-poll-wait allows), not '61s'");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "5s,5000", "2m,120000", "1h,3600000", "PT5S,5000", "0s,0", "PT0.5S,500"})
    void durationsHaveAUnit(String text, long millis) {
        assertThat(query("wait=" + text, "wait").duration("wait", Duration.ZERO, Duration.ofDays(1)))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5s", "5 s", "PT-5S", "1.5s", "s", "9999999999999999s", "999999999999999h"})
    void otherDurationsAreRefused(String text) {
        assertRefused(
                () -> query("wait=" + text.replace(" ", "+"), "wait")
                        .duration("wait", Duration.ZERO, Duration.ofDays(1)),
                "'wait' must be a duration");
    }

    @Test
    void timestampsAreMillisecondsOrIso() {
        assertThat(query("t=1000", "t").timestamp("t")).isEqualTo(1000);
        assertThat(query("t=1970-01-01T00:00:01Z", "t").timestamp("t")).isEqualTo(1000);
        assertThat(query("", "t").timestamp("t")).isNull();
        assertRefused(() -> query("t=yesterday", "t").timestamp("t"), "ISO-8601");
    }

    @Test
    void aFlagIsTrueOrFalse() {
        assertThat(query("raw=true", "raw").flag("raw")).isTrue();
        assertThat(query("raw=false", "raw").flag("raw")).isFalse();
        assertThat(query("", "raw").flag("raw")).isFalse();
        assertRefused(() -> query("raw=yes", "raw").flag("raw"), "true or false");
    }

    private static QueryParameters query(String query, String... allowed) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setQueryString(query);
        return QueryParameters.of(request, allowed);
    }

    private static void assertRefused(ThrowingCallable call, String detail) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(call)
                .withMessageContaining(detail)
                .satisfies(e -> assertThat(e.problem().type()).isEqualTo(ProblemType.INVALID_PARAMETER));
    }
}
