package io.millrace.bench;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * The ceiling of the benchmark: a Spring MVC endpoint that parses the same JSON and gives an answer of the same size, and
 * stores nothing. What Millrace reaches is told as a share of what this one does in the same run.
 */
@TestComponent
@RestController
@EnableAutoConfiguration
public class BareEndpoint {

    private final AtomicLong offset = new AtomicLong();

    public static void main(String[] args) {
        SpringApplication.run(BareEndpoint.class, args);
    }

    @PostMapping("/topics/{topic}/messages")
    ResponseEntity<Map<String, Object>> produce(@PathVariable String topic, @RequestBody JsonNode message) {
        long next = offset.getAndAdd(
                message.has("messages") ? message.get("messages").size() : 1);
        return ResponseEntity.status(201)
                .body(Map.of("topic", topic, "partition", 0, "offset", next, "timestamp", "2026-01-01T00:00:00.000Z"));
    }
}
