package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events that go out, of records that hold some and of records that do not. */
@TestPropertySource(properties = "millrace.listener.cors-origins=https://shop.example")
class CloudEventReadHttpTests extends HttpTests {

    private static final String EVENT = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    WaitingPolls waitingPolls;

    private String place = "";
    private String partition = "";

    @BeforeEach
    void makeTheTopic() {
        createTopic(1);
        place = "/topics/" + topic + "/messages";
        partition = "/topics/" + topic + "/partitions/0/messages";
    }

    /** An event as JSON without spaces, as the server writes them. */
    private static String event(int id, String members) {
        return "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"/tills/7\",\"type\":\"com.example.sale\"%s}"
                .formatted(id, members.isEmpty() ? "" : "," + members);
    }

    private void produceEvents(int from, int to) {
        for (int id = from; id < to; id++) {
            post(place, EVENT, event(id, "\"data\":" + id).getBytes(UTF_8)).with(201);
        }
    }

    private static JsonNode events(Answer answer) {
        assertThat(answer.with(200).header("Content-Type")).isEqualTo(BATCH);
        return JSON.readTree(answer.bytes());
    }

    private static List<String> ids(Answer answer) {
        List<String> ids = new ArrayList<>();
        events(answer).forEach(event -> ids.add(event.at("/id").asString()));
        return ids;
    }

    @Test
    void oneMessageIsGivenAsAnEvent() {
        String event =
                event(1, "\"subject\":\"a \u20ac\",\"datacontenttype\":\"application/json\",\"data\":{\"a\" : 1e400}");
        post(place, EVENT, event.getBytes(UTF_8)).with(201);
        Answer answer = get(partition + "/0", "Accept", EVENT).with(200);
        assertThat(answer.header("Content-Type")).isEqualTo(EVENT);
        assertThat(answer.text()).isEqualTo(event);
    }

    @Test
    void theDataAloneHasTheAttributesBesideIt() {
        post(
                        place,
                        EVENT,
                        event(1, "\"subject\":\"Euro \u20ac\",\"datacontenttype\":\"text/plain\",\"data\":\"hello\"")
                                .getBytes(UTF_8))
                .with(201);
        Answer answer = get(partition + "/0?raw=true").with(200);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("ce-specversion")).isEqualTo("1.0");
        assertThat(answer.header("ce-id")).isEqualTo("1");
        assertThat(answer.header("ce-source")).isEqualTo("/tills/7");
        assertThat(answer.header("ce-type")).isEqualTo("com.example.sale");
        assertThat(answer.header("ce-subject")).isEqualTo("Euro%20%E2%82%AC");
        assertThat(answer.headers().map().keySet()).doesNotContain("ce-datacontenttype");
    }

    @Test
    void anEventWithoutDataHasAnEmptyBody() {
        post(place, EVENT, event(1, "").getBytes(UTF_8)).with(201);
        Answer answer = get(partition + "/0?raw=true").with(200);
        assertThat(answer.bytes()).isEmpty();
        assertThat(answer.header("ce-id")).isEqualTo("1");
        assertThat(answer.header("Content-Type")).isEmpty();
    }

    @Test
    void whatWasReadCanBeSentAgain() {
        post(
                        place,
                        "image/png",
                        new byte[] {(byte) 0xFF, 0},
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        "1",
                        "ce-source",
                        "/s",
                        "ce-type",
                        "t",
                        "ce-subject",
                        "%25%22%E2%82%AC")
                .with(201);
        Answer first = get(partition + "/0?raw=true").with(200);
        List<String> headers = new ArrayList<>();
        first.headers().map().forEach((name, values) -> {
            if (name.startsWith("ce-")) {
                headers.addAll(List.of(name, values.getFirst()));
            }
        });
        post(place, first.header("Content-Type"), first.bytes(), headers.toArray(String[]::new))
                .with(201);
        post(place, EVENT, get(partition + "/1", "Accept", EVENT).bytes()).with(201);
        post(place, BATCH, get(partition, "Accept", BATCH).bytes()).with(200);
        assertThat(messages()).hasSize(6);
        JsonNode original = messages().get(0);
        for (JsonNode message : messages()) {
            assertThat(message.at("/headers")).isEqualTo(original.at("/headers"));
            assertThat(message.at("/contentType")).isEqualTo(original.at("/contentType"));
            assertThat(message.at("/valueBase64").asString()).isEqualTo("/wA=");
        }
    }

    @Test
    void aPageOfAPartitionTellsInHeadersWhereItGoesOn() {
        produceEvents(0, 5);
        Answer answer = get(partition + "?offset=1&max=2", "Accept", BATCH);
        assertThat(ids(answer)).containsExactly("1", "2");
        assertThat(answer.header("Millrace-Next-Offset")).isEqualTo("3");
        assertThat(answer.header("Millrace-Log-Start-Offset")).isEqualTo("0");
        assertThat(answer.header("Millrace-High-Watermark")).isEqualTo("5");
    }

    @Test
    void theCursorOfAPageOfATopicLeadsToTheNext() {
        produceEvents(0, 3);
        Answer first = get(place + "?max=2", "Accept", BATCH);
        assertThat(ids(first)).containsExactly("0", "1");
        assertThat(ids(get(place + "?cursor=" + first.header("Millrace-Cursor"), "Accept", BATCH)))
                .containsExactly("2");
    }

    @Test
    void aPageMayBeEmpty() {
        Answer answer = get(partition, "Accept", BATCH);
        assertThat(answer.text()).isEqualTo("[]");
        assertThat(ids(answer)).isEmpty();
    }

    @Test
    void aReadMayWaitForTheFirstEvent() {
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> get(partition + "?wait=15s", "Accept", BATCH));
        await(() -> waitingPolls.count() > 0);
        produceEvents(7, 8);
        assertThat(ids(soon(waiting))).containsExactly("7");
    }

    @Test
    void aGroupPollsEventsAndCommitsByTheirCursor() {
        produceEvents(0, 4);
        String consumer = "/groups/" + group + "/consumers/one";
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"one\"}".formatted(topic))
                .with(201);
        Answer poll = get(consumer + "/messages?max=3&wait=10s", "Accept", BATCH);
        assertThat(ids(poll)).containsExactly("0", "1", "2");
        assertThat(poll.header("Millrace-Generation")).isNotEmpty();
        JsonNode committed = post(
                        consumer + "/offsets", "{\"cursor\": \"%s\"}".formatted(poll.header("Millrace-Cursor")))
                .with(200)
                .json();
        assertThat(committed.at("/offsets/0/offset").asLong()).isEqualTo(3);
        assertThat(ids(get(consumer + "/messages?wait=10s", "Accept", BATCH))).containsExactly("3");
    }

    @Test
    void aMessageThatIsNoEventIsPutIntoOneAndHidesNone() {
        produceEvents(0, 1);
        produce("{\"key\": \"k\", \"value\": {\"a\": 1}, \"timestamp\": 1704164645678}");
        produce("{\"key\": \"k\", \"value\": null}");
        produceEvents(3, 4);
        JsonNode events = events(get(partition, "Accept", BATCH));
        assertThat(events).hasSize(4);
        assertThat(events.get(1)).isEqualTo(json("""
                {'specversion': '1.0', 'id': '%1$s/0/1', 'source': '/topics/%1$s/partitions/0',
                 'type': 'io.millrace.message', 'time': '2024-01-02T03:04:05.678Z', 'partitionkey': 'k',
                 'datacontenttype': 'application/json', 'data': {'a': 1}}""".formatted(topic)));
        assertThat(events.at("/2/id").asString()).isEqualTo(topic + "/0/2");
        assertThat(events.get(2).has("data")).isFalse();
        assertThat(events.at("/3/id").asString()).isEqualTo("3");
    }

    @Test
    void eventsThatOtherClientsOfKafkaWroteAreEvents() {
        produce("""
                {"value": {"a" : 1}, "headers": {"ce_specversion": "1.0", "ce_id": "b", "ce_source": "/s", "ce_type": "t"}}""");
        produce("{\"contentType\": \"application/cloudevents+json;charset=UTF-8\", \"value\": "
                + event(5, "\"number\":5") + "}");
        Answer page = get(partition, "Accept", BATCH);
        assertThat(ids(page)).containsExactly("b", "5");
        assertThat(page.text()).contains("\"data\":{\"a\" : 1}", event(5, "\"number\":5"));
        Answer raw = get(partition + "/1?raw=true").with(200);
        assertThat(raw.header("Content-Type")).isEqualTo("application/cloudevents+json;charset=UTF-8");
        assertThat(raw.text()).isEqualTo(event(5, "\"number\":5"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/cloudevents-batch+json | application/cloudevents-batch+json
            application/json, application/cloudevents-batch+json | application/json
            application/json;q=0.5, application/cloudevents-batch+json | application/cloudevents-batch+json
            application/json, application/cloudevents-batch+json;q=0.9 | application/json
            application/cloudevents-batch+json;q=0, application/json;q=0.1 | application/json
            application/*+json | application/cloudevents-batch+json
            application/* | application/json
            */*, application/cloudevents-batch+json;q=0.2 | application/json
            text/html, application/cloudevents-batch+json;q=0.1 | application/cloudevents-batch+json
            """)
    void theFormatIsTheOneThatTheClientLikesBest(String accept, String type) {
        assertThat(get(partition, "Accept", accept).with(200).header("Content-Type"))
                .isEqualTo(type);
        assertThat(get(place, "Accept", accept).with(200).header("Content-Type"))
                .isEqualTo(type);
    }

    @Test
    void aPageIsNoEventAndAnEventNoPage() {
        produceEvents(0, 1);
        assertThat(get(partition, "Accept", EVENT).detail(406, "not-acceptable"))
                .contains(BATCH);
        assertThat(get(partition + "/0", "Accept", BATCH).detail(406, "not-acceptable"))
                .contains(EVENT);
        get("/topics/" + topic, "Accept", BATCH).problem(406, "not-acceptable");
        post(place, EVENT, event(1, "").getBytes(UTF_8), "Accept", EVENT).problem(406, "not-acceptable");
    }

    @Test
    void headIsTheAnswerWithoutItsBody() {
        produceEvents(0, 1);
        Answer answer = method("HEAD", partition, "Accept", BATCH).with(200);
        assertThat(answer.bytes()).isEmpty();
        assertThat(answer.header("Millrace-Next-Offset")).isEqualTo("1");
    }

    @Test
    void followingGoesWithStreamsOnly() {
        get(partition + "?follow=true", "Accept", BATCH).problem(400, "invalid-parameter");
    }

    @Test
    void attributesThatDoNotFitIntoHeadersAreStillThereInJson() {
        String large = "\"large\":\"" + "x".repeat(10_000) + "\"";
        post(place, EVENT, event(1, large).getBytes(UTF_8)).with(201);
        assertThat(get(partition + "/0?raw=true").detail(406, "not-acceptable"))
                .contains("server.tomcat.max-http-response-header-size=8192", EVENT);
        assertThat(get(partition + "/0", "Accept", EVENT).with(200).text()).isEqualTo(event(1, large));
    }

    @Test
    void aPageOfAnotherOriginMayReadTheHeaders() {
        assertThat(get(partition, "Accept", BATCH, "Origin", "https://shop.example")
                        .header("Access-Control-Expose-Headers"))
                .isEqualTo("*");
    }
}
