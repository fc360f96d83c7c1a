package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Producing that may be tried again. */
class IdempotencyHttpTests extends HttpTests {

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String REPLAYED = "Idempotent-Replayed";

    @BeforeEach
    void create() {
        createTopic(3);
    }

    private Answer produce(String type, String body, String query, String... headers) {
        return post("/topics/" + topic + "/messages" + query, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private Answer once(String key, String type, String body) {
        return produce(type, body, "", "Idempotency-Key", key);
    }

    private List<String> values() {
        List<String> values = new ArrayList<>();
        get("/topics/" + topic + "/messages?max=10000")
                .with(200)
                .json()
                .at("/messages")
                .forEach(message -> values.add(message.at("/value").asString()));
        return values;
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"key\":\"k%d\",\"value\":\"v%d\"}\n".formatted(i % 7, i))
                .collect(Collectors.joining());
    }

    @Test
    void aMessageThatIsSentAgainIsStoredOnceAndAnsweredAsTheFirstTime() {
        Answer first = once("k-1", JSON, "{\"value\":\"a\"}").with(201);
        Answer second = once("k-1", JSON, "{\"value\":\"a\"}").with(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(first.header(REPLAYED)).isEmpty();
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        assertThat(values()).containsExactly("a");
    }

    @Test
    void theKeyMayStandInQuotes() {
        once("\"k-1\"", JSON, "{\"value\":\"a\"}").with(201);
        assertThat(once("k-1", JSON, "{\"value\":\"a\"}").with(201).header(REPLAYED))
                .isEqualTo("true");
    }

    @Test
    void aBatchOverAllPartitionsIsStoredOnce() {
        String batch = "{\"messages\":[%s]}".formatted(lines(0, 30).strip().replace("\n", ","));
        Answer first = once("k", JSON, batch).with(200);
        Answer second = once("k", JSON, batch).with(200);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        assertThat(values()).hasSize(30);
    }

    @Test
    void aRawBodyIsStoredOnce() {
        Answer first = once("k", "text/plain", "hello").with(201);
        assertThat(once("k", "text/plain", "hello").with(201).text()).isEqualTo(first.text());
        assertThat(values()).containsExactly("hello");
    }

    @Test
    void anEventIsStoredOnceAndItsAttributesCount() {
        String[] event = {
            "Idempotency-Key", "k", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t"
        };
        produce("text/plain", "a", "", event).with(201);
        assertThat(produce("text/plain", "a", "", event).with(201).header(REPLAYED))
                .isEqualTo("true");
        event[5] = "2";
        produce("text/plain", "a", "", event).problem(422, "idempotency-key-reused");
        assertThat(values()).containsExactly("a");
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        once("k", JSON, "{\"value\":\"a\"}").with(201);
        assertThat(once("k", JSON, "{\"value\":\"b\"}").detail(422, "idempotency-key-reused"))
                .contains("Idempotency-Key", "key of its own");
        once("k", "text/plain", "{\"value\":\"a\"}").problem(422, "idempotency-key-reused");
        produce("text/plain", "a", "?key=1", "Idempotency-Key", "q").with(201);
        produce("text/plain", "a", "?key=2", "Idempotency-Key", "q").problem(422, "idempotency-key-reused");
        assertThat(values()).hasSize(2);
    }

    @Test
    void aRefusedRequestIsNotRemembered() {
        once("k", JSON, "{\"valeu\":1}").problem(422, "invalid-message");
        once("k", JSON, "{\"value\":\"a\"}").with(201);
        assertThat(values()).containsExactly("a");
    }

    @Test
    void keysThatAreNoTokensAreRefused() {
        for (String key : List.of("\"\"", "a b", "x".repeat(256))) {
            assertThat(once(key, JSON, "{\"value\":1}").detail(400, "invalid-parameter"))
                    .contains("Idempotency-Key", "255");
        }
    }

    @Test
    void twinsAtTheSameTimeAreStoredOnceAndAllAnsweredTheSame() {
        List<CompletableFuture<Answer>> twins = IntStream.range(0, 10)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> once("k", JSON, "{\"value\":\"a\"}")))
                .toList();
        Set<String> texts = new HashSet<>();
        int replayed = 0;
        for (CompletableFuture<Answer> twin : twins) {
            Answer answer = soon(twin).with(201);
            texts.add(answer.text());
            replayed += answer.header(REPLAYED).isEmpty() ? 0 : 1;
        }
        assertThat(texts).hasSize(1);
        assertThat(replayed).isEqualTo(9);
        assertThat(values()).containsExactly("a");
    }

    @Test
    void aRetryAfterTheTopicGotMorePartitionsIsKnownAgain() {
        String batch = "{\"messages\":[%s]}".formatted(lines(0, 30).strip().replace("\n", ","));
        Answer first = once("k", JSON, batch).with(200);
        patch("/topics/" + topic, "{\"partitions\":8}").with(200);
        assertThat(once("k", JSON, batch).with(200).text()).isEqualTo(first.text());
        assertThat(values()).hasSize(30);
    }

    @Test
    void aStreamIsStoredOnceAndGoesOnWhereItStopped() {
        String all = lines(0, 3000);
        assertThat(once("k", NDJSON, lines(0, 1000))
                        .with(200)
                        .json()
                        .at("/accepted")
                        .asInt())
                .isEqualTo(1000);
        Answer whole = once("k", NDJSON, all).with(200);
        assertThat(whole.json().at("/accepted").asInt()).isEqualTo(3000);
        assertThat(whole.header(REPLAYED)).isEmpty();
        Answer again = once("k", NDJSON, all).with(200);
        assertThat(again.header(REPLAYED)).isEqualTo("true");
        assertThat(values()).hasSize(3000).doesNotHaveDuplicates();
    }

    @Test
    void aStreamWithoutKeysIsStoredOnceToo() {
        String lines =
                IntStream.range(0, 5000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        for (int i = 0; i < 2; i++) {
            assertThat(produce("text/plain", lines, "?split=lines", "Idempotency-Key", "k")
                            .with(200)
                            .json()
                            .at("/accepted")
                            .asInt())
                    .isEqualTo(5000);
        }
        assertThat(values()).hasSize(5000).doesNotHaveDuplicates();
    }

    @Test
    void aStreamThatHoldsSomethingElseIsRefused() {
        once("k", NDJSON, lines(0, 1000)).with(200);
        once("k", NDJSON, lines(0, 999)).problem(422, "idempotency-key-reused");
        once("k", NDJSON, lines(1, 1001)).problem(422, "idempotency-key-reused");
        once("k", JSON, "{\"value\":\"a\"}").problem(422, "idempotency-key-reused");
        assertThat(values()).hasSize(1000);
    }

    @Test
    void headersOfTheServersOwnAreNotTaken() {
        produce(JSON, "{\"value\":1,\"headers\":{\"__millrace.request\":\"x\"}}", "")
                .problem(422, "invalid-message");
        produce("text/plain", "x", "", "Message-Header-__millrace.request", "x").problem(422, "invalid-message");
    }

    private Answer stamped(int epoch, int sequence, String body, String query) {
        return produce(
                JSON,
                body,
                query,
                "Producer-Id",
                "42",
                "Producer-Epoch",
                "" + epoch,
                "Producer-Sequence",
                "" + sequence);
    }

    @Test
    void aProducersSequenceMakesRepeatsHarmlessAndGapsErrors() {
        String one = "{\"partition\":1,\"value\":\"a\"}";
        if (ON_KAFKA) {
            assertThat(stamped(0, 0, one, "").detail(501, "not-supported-by-engine"))
                    .contains("Idempotency-Key");
            return;
        }
        Answer first = stamped(0, 0, one, "").with(201);
        Answer again = stamped(0, 0, one, "").with(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header(REPLAYED)).isEqualTo("true");
        stamped(0, 1, "{\"messages\":[%s,%s]}".formatted(one, one), "").with(200);
        JsonNode gap = stamped(0, 4, one, "").problem(409, "out-of-order-sequence");
        assertThat(gap.at("/expectedSequence").asInt()).isEqualTo(3);
        stamped(1, 0, one, "").with(201);
        JsonNode stale = stamped(0, 3, one, "").problem(409, "stale-producer-epoch");
        assertThat(stale.at("/currentEpoch").asInt()).isEqualTo(1);
        assertThat(values()).hasSize(4);
    }

    @Test
    void aProducersSequenceGoesOnThroughAStream() {
        if (ON_KAFKA) {
            return;
        }
        String lines = "{\"partition\":0,\"value\":\"a\"}\n{\"partition\":0,\"value\":\"b\"}\n";
        String[] stamp = {"Producer-Id", "7", "Producer-Epoch", "0", "Producer-Sequence", "0"};
        produce(NDJSON, lines, "", stamp).with(200);
        assertThat(produce(NDJSON, lines + lines, "", stamp)
                        .with(200)
                        .json()
                        .at("/accepted")
                        .asInt())
                .isEqualTo(4);
        assertThat(values()).containsExactly("a", "b", "a", "b");
    }

    @Test
    void aSequenceIsOfOnePartition() {
        assertThat(stamped(0, 0, "{\"value\":1}", "").detail(422, "invalid-message"))
                .contains("one partition", "'partition'");
        stamped(0, 0, "{\"messages\":[{\"partition\":0,\"value\":1},{\"partition\":1,\"value\":1}]}", "")
                .problem(422, "invalid-message");
        assertThat(values()).isEmpty();
    }

    @Test
    void theHeadersOfASequenceGoTogether() {
        assertThat(produce(JSON, "{\"value\":1}", "", "Producer-Id", "1").detail(400, "invalid-parameter"))
                .contains("Producer-Epoch");
        assertThat(stamped(40_000, 0, "{\"value\":1}", "").detail(400, "invalid-parameter"))
                .contains("32767");
        produce(
                        JSON,
                        "{\"value\":1}",
                        "",
                        "Idempotency-Key",
                        "k",
                        "Producer-Id",
                        "1",
                        "Producer-Epoch",
                        "0",
                        "Producer-Sequence",
                        "0")
                .problem(400, "invalid-parameter");
    }

    @Test
    void aMessageIsStoredOnlyAtTheExpectedOffset() {
        String one = "{\"partition\":2,\"value\":\"a\"}";
        if (ON_KAFKA) {
            produce(JSON, one, "?expectedOffset=0").problem(501, "not-supported-by-engine");
            return;
        }
        produce(JSON, one, "?expectedOffset=0").with(201);
        JsonNode refused = produce(JSON, one, "?expectedOffset=0").problem(412, "unexpected-offset");
        assertThat(refused.at("/endOffset").asInt()).isEqualTo(1);
        produce("text/plain", "b", "?partition=2&expectedOffset=1").with(201);
        assertThat(values()).hasSize(2);
        produce(JSON, one, "?expectedOffset=-1").problem(400, "invalid-parameter");
        produce(JSON, "{\"value\":1}", "?expectedOffset=2").problem(422, "invalid-message");
    }

    @Test
    void anExpectedOffsetAndAKeyGoTogether() {
        if (ON_KAFKA) {
            return;
        }
        String one = "{\"partition\":2,\"value\":\"a\"}";
        produce(JSON, one, "?expectedOffset=0", "Idempotency-Key", "k").with(201);
        assertThat(produce(JSON, one, "?expectedOffset=0", "Idempotency-Key", "k")
                        .with(201)
                        .header(REPLAYED))
                .isEqualTo("true");
        produce(JSON, one, "?expectedOffset=0", "Idempotency-Key", "other").problem(412, "unexpected-offset");
    }
}
