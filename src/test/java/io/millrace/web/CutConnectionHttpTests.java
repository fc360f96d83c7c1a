package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.web.CuttingProxy.Cut;
import io.millrace.web.CuttingProxy.End;
import io.millrace.web.CuttingProxy.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The connection is cut after each single byte of each request and of each answer, and the client makes its call again. On
 * Kafka, where each round takes longer, after every few bytes.
 */
class CutConnectionHttpTests extends HttpTests {

    private static final int PARTITIONS = 2;
    private static final int STEP = ON_KAFKA ? 37 : 1;
    /** More than are read at one cut each. */
    private static final int MESSAGES = 5000;

    @Test
    void aConsumerLosesNothingAndGetsNothingAgainThatItCommitted() throws Exception {
        // Each byte of a name is one more to cut at.
        topic = "cut-consumers";
        createTopic(PARTITIONS);
        for (int from = 0; from < MESSAGES; from += 500) {
            produce500(from);
        }
        List<CutConsumer> consumers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CutConsumer>> running = new ArrayList<>();
            for (CutConsumer.Habit habit : CutConsumer.Habit.values()) {
                for (End end : End.values()) {
                    running.add(threads.submit(() -> consume(habit, end)));
                }
            }
            for (Future<CutConsumer> consumer : running) {
                consumers.add(consumer.get());
            }
        }
        System.out.println(CutConsumer.TITLE);
        for (CutConsumer consumer : consumers) {
            System.out.println(consumer);
            assertThat(consumer.received()).as(consumer.toString()).isEqualTo(MESSAGES);
            assertThat(consumer.cuts()).as(consumer.toString()).isGreaterThan(400 / STEP);
            assertThat(consumer.repeatedCommitted()).as(consumer.toString()).isZero();
            if (consumer.habit().givesCursor()) {
                assertThat(consumer.repeated()).as(consumer.toString()).isZero();
            }
        }
        System.out.printf("all of them: %d messages each, lost 0%n", MESSAGES);
    }

    private CutConsumer consume(CutConsumer.Habit habit, End end) throws IOException {
        String subscription =
                "{\"topics\": [\"%s\"], \"consumer\": \"c\", \"autoCommit\": %s}".formatted(topic, habit.autoCommit());
        String group = "cut-%d%s".formatted(habit.ordinal(), end);
        String consumers = "/groups/" + group + "/consumers";
        String begin =
                post(consumers, subscription).with(201).json().at("/cursor").asString();
        String polls = habit == CutConsumer.Habit.CURSOR_ONE_LINE
                ? "/topics/%s/messages?group=%s&consumer=c".formatted(topic, group)
                : consumers + "/c/messages?wait=0s";
        try (CuttingProxy proxy = new CuttingProxy(port)) {
            CutConsumer consumer = new CutConsumer(habit, end, proxy, polls, consumers + "/c/offsets", begin);
            consumer.cutEverywhere(STEP);
            consumer.readToEnd();
            return consumer;
        }
    }

    private void produce500(int from) {
        String messages = IntStream.range(from, from + 500)
                .mapToObj(i -> "{\"partition\": %d, \"value\": %d}".formatted(i % PARTITIONS, i))
                .collect(Collectors.joining(",", "{\"messages\": [", "]}"));
        post("/topics/" + topic + "/messages", messages).with(200);
    }

    @Test
    void messagesWithAnIdempotencyKeyAreThereOnce() throws Exception {
        topic = "cut-producer";
        createTopic(PARTITIONS);
        int sent = 0;
        int cuts = 0;
        int known = 0;
        try (CuttingProxy proxy = new CuttingProxy(port)) {
            for (End end : End.values()) {
                int length = cutRequest(sent).length();
                for (int bytes = 0; bytes <= length; bytes += STEP) {
                    known += produceCut(proxy, new Cut(Side.REQUEST, bytes, end), sent++);
                    cuts++;
                }
                int before;
                int bytes = 0;
                do {
                    before = cuts;
                    Cut cut = new Cut(Side.ANSWER, bytes, end);
                    if (proxy.call(cutRequest(sent), cut) == null) {
                        known += produceCut(proxy, null, sent);
                        cuts++;
                    }
                    sent++;
                    bytes += STEP;
                } while (cuts > before);
            }
        }
        System.out.printf(
                "POST cut at every byte: %d cuts, %d of the repeats answered as the first, messages lost 0, twice 0%n",
                cuts, known);
        assertThat(values()).isEqualTo(IntStream.range(0, 2 * sent).boxed().toList());
        assertThat(known).as("repeats of what was stored").isGreaterThan(100 / STEP);
    }

    /** Produces two messages, again and again until there is an answer; 1 if that was the answer to an earlier try. */
    private int produceCut(CuttingProxy proxy, @Nullable Cut cut, int number) {
        AnswerBytes answer = proxy.call(cutRequest(number), cut);
        if (answer == null) {
            answer = proxy.call(cutRequest(number), null);
        }
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.isReplayed() ? 1 : 0;
    }

    private String cutRequest(int number) {
        String body = "{\"messages\":[{\"partition\":0,\"value\":%d},{\"partition\":1,\"value\":%d}]}"
                .formatted(2 * number, 2 * number + 1);
        return """
                POST /topics/%s/messages HTTP/1.1
                Host: localhost
                Idempotency-Key: k%d
                Content-Type: application/json
                Content-Length: %d

                %s""".replace("\n", "\r\n").formatted(topic, number, body.length(), body);
    }

    private List<Integer> values() {
        List<Integer> values = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            get("/topics/%s/partitions/%d/messages?max=10000".formatted(topic, p))
                    .with(200)
                    .json()
                    .at("/messages")
                    .forEach(message -> values.add(message.at("/value").asInt()));
        }
        return values.stream().sorted().toList();
    }
}
