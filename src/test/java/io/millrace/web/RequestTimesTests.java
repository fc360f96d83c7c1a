package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestTimesTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RequestTimes times = new RequestTimes(meters);

    @Test
    void requestsOfOneKindShareATimer() {
        times.record("GET", "/topics/{topic}", 200, 1_000_000);
        times.record("GET", "/topics/{topic}", 200, 3_000_000);
        times.record("GET", "/topics/{topic}", 404, 1_000_000);

        Timer timer = meters.get("http.server.requests")
                .tags("method", "GET", "uri", "/topics/{topic}", "status", "200", "outcome", "SUCCESS")
                .timer();
        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4);
        assertThat(meters.get("http.server.requests")
                        .tags("status", "404", "outcome", "CLIENT_ERROR")
                        .timer()
                        .count())
                .isOne();
    }

    @Test
    void methodsThatClientsMakeUpShareATag() {
        times.record("FROB", "UNKNOWN", 405, 1);
        times.record("FRIB", "UNKNOWN", 405, 1);

        assertThat(meters.get("http.server.requests").tag("method", "UNKNOWN").timers())
                .singleElement()
                .satisfies(timer -> assertThat(timer.count()).isEqualTo(2));
    }
}
