package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What was sent under keys, each request several times, and so must be in the topic exactly once. */
final class OnceLedger {

    static final String TOPIC = "once";
    private static final int MOST_REPEATS = 4;
    private static final int MESSAGES = 3;

    /** A way to a server; null if there was no answer, or none yet. */
    interface Sender {
        ServerProcess.@Nullable Answer post(String path, String json, String... headers) throws InterruptedException;
    }

    /** A way to read from a server. */
    interface Reader {
        ServerProcess.Answer get(String path) throws Exception;
    }

    private final AtomicLong nextId = new AtomicLong();
    private final AtomicLong sends = new AtomicLong();
    private final Set<Long> stored = ConcurrentHashMap.newKeySet();

    /** Sends a new request until it is answered, and up to four times more; every answer must be the first one. */
    void send(Random random, Sender sender) throws InterruptedException {
        long first = nextId.getAndAdd(MESSAGES);
        StringBuilder body = new StringBuilder("{\"messages\":[");
        for (long id = first; id < first + MESSAGES; id++) {
            String key = random.nextBoolean() ? "\"key\":\"k%d\",".formatted(id % 50) : "";
            body.append(id == first ? "" : ",").append("{%s\"value\":{\"id\":%d}}".formatted(key, id));
        }
        body.append("]}");
        JsonNode answered = null;
        for (int repeats = random.nextInt(1, MOST_REPEATS + 1); repeats > 0; ) {
            sends.incrementAndGet();
            ServerProcess.Answer answer = sender.post(
                    "/topics/" + TOPIC + "/messages", body.toString(), "Idempotency-Key", "request-" + first);
            if (answer != null && answer.status() == 200) {
                assertThat(answered == null ? answer.body() : answered).isEqualTo(answer.body());
                answered = answer.body();
                repeats--;
            }
        }
        for (long id = first; id < first + MESSAGES; id++) {
            stored.add(id);
        }
    }

    /** Reads the topic and compares; returns what was found. */
    String check(Reader reader) throws Exception {
        Map<Long, Integer> found = new HashMap<>();
        String cursor = "from=earliest";
        while (true) {
            JsonNode page = reader.get("/topics/" + TOPIC + "/messages?max=5000&" + cursor)
                    .body();
            page.path("messages")
                    .forEach(message ->
                            found.merge(message.path("value").path("id").asLong(), 1, Integer::sum));
            if (page.path("messages").isEmpty()) {
                break;
            }
            cursor = "cursor=" + page.path("cursor").asString();
        }
        assertThat(found.keySet()).containsAll(stored);
        assertThat(found.values()).allMatch(times -> times == 1);
        return "%d messages of %d requests sent %d times, each stored once"
                .formatted(stored.size(), stored.size() / MESSAGES, sends.get());
    }
}
