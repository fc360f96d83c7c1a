package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Large reads of a server that may hold little in memory. */
@TestPropertySource(properties = "millrace.limits.max-bytes-in-flight=8MB")
class PageMemoryHttpTests extends HttpTests {

    private static final int MESSAGES = 400;

    @Autowired
    MemoryBudget budget;

    private void produce() {
        createTopic(1);
        String message = "{\"value\": \"" + "x".repeat(10_000) + "\"}";
        for (int i = 0; i < 4; i++) {
            post(
                            "/topics/" + topic + "/messages",
                            "{\"messages\": [" + (message + ",").repeat(MESSAGES / 4 - 1) + message + "]}")
                    .with(200);
        }
    }

    private String place() {
        return "/topics/" + topic + "/partitions/0/messages?max=1000&maxBytes=33554432&offset=";
    }

    @Test
    void aPageIsShorterThanAskedForWhereMemoryIsShort() {
        produce();
        int read = 0;
        while (read < MESSAGES) {
            JsonNode page = get(place() + read).with(200).json();
            assertThat(page.at("/messages").size()).isBetween(1, 150);
            read += page.at("/messages").size();
            assertThat(page.at("/nextOffset").asInt()).isEqualTo(read);
        }
    }

    @Test
    void aReadIsRefusedForNowWhereOthersHoldAllMemory() {
        produce();
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"one\"}".formatted(topic))
                .with(201);
        String poll = "/groups/" + group + "/consumers/one/messages";
        try (PageMemory others = budget.page()) {
            assertThat(others.take(8 << 20)).isTrue();
            for (String path : new String[] {place() + 0, "/topics/" + topic + "/messages", poll}) {
                Answer refused = get(path);
                assertThat(refused.detail(503, "out-of-memory-budget")).contains("millrace.limits.max-bytes-in-flight");
                assertThat(refused.header("Retry-After")).isEqualTo("1");
            }
            Answer stream = get("/topics/" + topic + "/messages", "Accept", "application/x-ndjson");
            assertThat(stream.detail(503, "out-of-memory-budget")).isNotEmpty();
        }
        assertThat(get(poll).with(200).json().at("/messages").size()).isPositive();
        assertThat(get(place() + 0).with(200).json().at("/messages").size()).isPositive();
    }
}
