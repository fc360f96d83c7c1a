package io.millrace.web;

import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The web side without the API: what the controllers share, and a controller that fails on demand. */
@Profile(TestApplication.PROFILE)
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {"io.millrace.config", "io.millrace.web"},
        excludeFilters =
                @ComponentScan.Filter(type = FilterType.REGEX, pattern = "io\\.millrace\\.web\\.(api|docs|node)\\..*"))
class TestApplication {

    /** Keeps this out of the contexts of tests that scan for the whole server. */
    static final String PROFILE = "web-only";

    @Bean
    Time time() {
        return Time.system();
    }

    @Bean
    RandomGenerator random() {
        return RandomGenerator.of("L64X128MixRandom");
    }

    @Bean("engine")
    HealthIndicator engine() {
        return () -> Health.up().build();
    }

    @Profile(PROFILE)
    @RestController
    static final class FailingController {

        private final BodyReader bodies;

        FailingController(BodyReader bodies) {
            this.bodies = bodies;
        }

        @GetMapping("/failing/topic")
        void missingTopic() {
            throw new LogException.TopicNotFound(new TopicName("orders"));
        }

        @GetMapping("/failing/offset")
        void offsetOutOfRange() {
            throw new LogException.OffsetOutOfRange(
                    new TopicPartition(new TopicName("orders"), 0), 99, new PartitionOffsets(3, 7, 7));
        }

        @GetMapping("/failing/bug")
        void bug() {
            throw new IllegalStateException("a secret of the server");
        }

        @GetMapping("/failing/disk")
        void disk() {
            throw new UncheckedIOException("a secret of the server", new EOFException());
        }

        @GetMapping("/failing/assertion")
        void assertion() {
            throw new AssertionError("a secret of the server");
        }

        @GetMapping("/failing/status/{status}")
        void status(@PathVariable("status") int status, HttpServletResponse response) throws IOException {
            response.sendError(status);
        }

        @GetMapping("/failing/overload")
        void overload() {
            throw ProblemException.of(ProblemType.TOO_MANY_WAITING_POLLS, "20000 polls wait already");
        }

        @GetMapping(path = "/failing/json", produces = MediaType.APPLICATION_JSON_VALUE)
        String json() {
            return "{}";
        }

        @PostMapping(path = "/failing/json", consumes = MediaType.APPLICATION_JSON_VALUE)
        void acceptJson() {}

        @PostMapping("/length")
        String length(HttpServletRequest request) throws IOException {
            try (Body body = bodies.read(request)) {
                return Integer.toString(body.length());
            }
        }
    }
}
