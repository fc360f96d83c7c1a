package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Events that come in, and what Kafka's clients find of them in the log. */
class CloudEventProduceHttpTests extends HttpTests {

    private static final String EVENT = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String REQUIRED =
            "\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/tills/7\", \"type\": \"com.example.sale\"";

    private String place = "";

    @BeforeEach
    void makeTheTopic() {
        createTopic(1);
        place = "/topics/" + topic + "/messages";
    }

    /** Headers that make a request an event, and more. */
    private static String[] headers(String... more) {
        List<String> headers = new ArrayList<>(
                List.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/tills/7", "ce-type", "com.example.sale"));
        headers.addAll(List.of(more));
        return headers.toArray(String[]::new);
    }

    private static JsonNode stored(String more) {
        return json("{'ce_specversion': '1.0', 'ce_id': '1', 'ce_source': '/tills/7', 'ce_type': 'com.example.sale'"
                + more + "}");
    }

    private Answer event(String members) {
        return post(place, EVENT, ("{" + REQUIRED + ", " + members + "}").getBytes(UTF_8));
    }

    @Test
    void anEventBesideItsDataIsStoredAsKafkasBindingHasIt() {
        Answer answer = post(
                        place,
                        "text/plain",
                        "hello".getBytes(UTF_8),
                        headers(
                                "CE-Subject",
                                "Euro%20%E2%82%AC",
                                "ce-time",
                                "2026-11-23T04:05:06Z",
                                "ce-myext",
                                "\"a b\""))
                .with(201);
        assertThat(answer.header("Location")).isEqualTo("/topics/" + topic + "/partitions/0/messages/0");
        assertThat(answer.json().propertyNames())
                .containsExactlyInAnyOrder("topic", "partition", "offset", "timestamp");
        JsonNode message = onlyMessage();
        assertThat(message.at("/headers"))
                .isEqualTo(
                        stored(", 'ce_subject': 'Euro \u20ac', 'ce_time': '2026-11-23T04:05:06Z', 'ce_myext': 'a b'"));
        assertThat(message.at("/contentType").asString()).isEqualTo("text/plain");
        assertThat(message.at("/value").asString()).isEqualTo("hello");
        assertThat(message.has("key")).isFalse();
    }

    @Test
    void theTimeOfAnEventIsNotThatOfItsMessage() {
        post(place, "text/plain", new byte[] {'x'}, headers("ce-time", "2001-01-01T00:00:00Z"))
                .with(201);
        assertThat(onlyMessage().at("/timestamp").asString()).doesNotStartWith("2001");
    }

    @Test
    void jsonBesideAttributesIsTheDataAndNoMessage() {
        post(place, "application/json", "{\"value\":  1e400}".getBytes(UTF_8), headers())
                .with(201);
        assertThat(get("/topics/" + topic + "/partitions/0/messages").text()).contains("\"value\":{\"value\":  1e400}");
    }

    @Test
    void linesBesideAttributesAreTheDataAndNoMessages() {
        post(place, "application/x-ndjson", "{}\n{}\n".getBytes(UTF_8), headers())
                .with(201);
        assertThat(onlyMessage().at("/value").asString()).isEqualTo("{}\n{}\n");
    }

    @Test
    void dataWithoutATypeIsStoredWithoutOne() {
        send("POST", place, new byte[] {(byte) 0xFF}, headers()).with(201);
        assertThat(onlyMessage().has("contentType")).isFalse();
        assertThat(onlyMessage().at("/valueBase64").asString()).isEqualTo("/w==");
    }

    @Test
    void anEventWithoutDataIsATombstone() {
        send("POST", place + "?key=k", new byte[0], headers()).with(201);
        assertThat(onlyMessage().at("/value").isNull()).isTrue();
        assertThat(onlyMessage().at("/headers/ce_id").asString()).isEqualTo("1");
    }

    @Test
    void anEventGoesWhereTheQuerySays() {
        post(
                        place + "?key=b&partition=0&timestamp=1704164645678",
                        "text/plain",
                        new byte[] {'x'},
                        headers("ce-partitionkey", "a", "Message-Header-trace", "t"))
                .with(201);
        JsonNode message = onlyMessage();
        assertThat(message.at("/key").asString()).isEqualTo("b");
        assertThat(message.at("/timestamp").asString()).isEqualTo("2024-01-02T03:04:05.678Z");
        assertThat(message.at("/headers")).isEqualTo(stored(", 'ce_partitionkey': 'a', 'trace': 't'"));
    }

    @Test
    void thePartitionKeyIsTheKey() {
        event("\"partitionkey\": \"till-7\"").with(201);
        assertThat(onlyMessage().at("/key").asString()).isEqualTo("till-7");
    }

    @Test
    void anEventInJsonIsStoredAsIfItsAttributesHadComeBesideIt() {
        Answer answer = post(
                        place + "?key=k",
                        EVENT + "; charset=UTF-8",
                        ("{" + REQUIRED + ", \"number\": 5, \"data\": {\"a\" : 1e400}}").getBytes(UTF_8),
                        "ce-id",
                        "the envelope counts")
                .with(201);
        assertThat(answer.header("Location")).endsWith("/0");
        assertThat(onlyMessage().at("/headers")).isEqualTo(stored(", 'ce_number': '5'"));
        assertThat(onlyMessage().at("/contentType").asString()).isEqualTo("application/json");
        assertThat(onlyMessage().at("/key").asString()).isEqualTo("k");
        assertThat(get(place).text()).contains("\"value\":{\"a\" : 1e400}");
    }

    @Test
    void aBatchOfEventsIsAnsweredAsABatchOfMessages() {
        String batch = "[{" + REQUIRED + ", \"data\": 1}, {" + REQUIRED
                + ", \"datacontenttype\": \"image/png\", \"data_base64\": \"/w==\"}]";
        JsonNode answer = post(place, BATCH, batch.getBytes(UTF_8)).with(200).json();
        assertThat(answer.at("/offsets/0/offset").asLong()).isZero();
        assertThat(answer.at("/offsets/1/offset").asLong()).isEqualTo(1);
        assertThat(messages().at("/0/value").asInt()).isEqualTo(1);
        assertThat(messages().at("/1/valueBase64").asString()).isEqualTo("/w==");
    }

    @Test
    void oneBadEventKeepsTheWholeBatchOut() {
        String batch = "[{" + REQUIRED + "}, {\"specversion\": \"0.3\"}, {" + REQUIRED + ", \"time\": \"now\"}]";
        JsonNode problem = post(place, BATCH, batch.getBytes(UTF_8)).problem(422, "invalid-message");
        assertThat(problem.at("/errors")).hasSize(2);
        assertThat(problem.at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(problem.at("/errors/0/code").asString()).isEqualTo("invalid-message");
        assertThat(problem.at("/errors/0/detail").asString()).contains("specversion", "1.0");
        assertThat(problem.at("/errors/1/index").asInt()).isEqualTo(2);
        assertThat(messages().size()).isZero();
    }

    @Test
    void anEmptyBatchIsLegalAndStoresNothing() {
        Answer answer = post(place, BATCH, "[]".getBytes(UTF_8)).with(200);
        assertThat(answer.json()).isEqualTo(json("{'offsets': []}"));
        assertThat(messages().size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "ce-id, , header 'ce-id' is missing",
        "ce-source, , header 'ce-source' is missing",
        "ce-type, , header 'ce-type' is missing",
        "ce-specversion, , header 'ce-specversion' is missing",
        "ce-specversion, 0.3, header 'ce-specversion' must be",
        "ce-time, today, header 'ce-time' must be",
        "ce-my-ext, a, header 'ce-my-ext' has no legal name",
        "ce-datacontenttype, text/plain, header 'ce-datacontenttype' must not be sent",
        "ce-subject, %C0%A0, header 'ce-subject' is not UTF-8",
        "ce-subject, 100%, header 'ce-subject' has a '%'",
        "Message-Header-ce_subject, a, header 'ce_subject' is where an attribute"
    })
    void aHeaderThatIsWrongOrMissingIsNamed(String name, String value, String expected) {
        List<String> headers = new ArrayList<>(List.of(headers()));
        int there = headers.indexOf(name);
        if (there >= 0) {
            headers.subList(there, there + 2).clear();
        }
        if (value != null) {
            headers.addAll(List.of(name, value));
        }
        Answer answer = post(place, "text/plain", new byte[] {'x'}, headers.toArray(String[]::new));
        assertThat(answer.detail(422, "invalid-message")).startsWith(expected);
        assertThat(messages().size()).isZero();
    }

    @Test
    void aHeaderThatIsThereTwiceIsRefused() {
        Answer answer = post(place, "text/plain", new byte[] {'x'}, headers("ce-id", "2"));
        assertThat(answer.detail(422, "invalid-message")).contains("'ce-id' is given twice");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            `"id": ""`, 'id'
            `"extra": []`, 'extra'
            `"data": 1, "data_base64": "MQ=="`, 'data_base64'
            """)
    void aMemberThatIsWrongIsNamed(String members, String expected) {
        assertThat(event(members).detail(422, "invalid-message")).contains(expected);
        assertThat(messages().size()).isZero();
    }

    @Test
    void dataThatIsNotWhatItSaysIsRefused() {
        post(place, "application/json", "{".getBytes(UTF_8), headers()).problem(400, "malformed-json");
        post(place, EVENT, "{".getBytes(UTF_8)).problem(400, "malformed-json");
        assertThat(messages().size()).isZero();
    }

    @Test
    void parametersAndHeadersOfOneEventAreRefusedForABatch() {
        byte[] batch = ("[{" + REQUIRED + "}]").getBytes(UTF_8);
        post(place + "?key=a", BATCH, batch).problem(400, "invalid-parameter");
        post(place, BATCH, batch, "Message-Header-trace", "a").problem(422, "invalid-message");
        assertThat(messages().size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({EVENT, BATCH})
    void eventsInAnotherCharsetAreNotUnderstood(String type) {
        assertThat(post(place, type + ";charset=UTF-16", "[]".getBytes(UTF_8)).detail(415, "unsupported-media-type"))
                .contains("UTF-8");
    }

    @Test
    void eventsInAFormatThatIsNotUnderstoodAreKeptAsTheyAre() {
        Answer answer = post(place, "application/cloudevents+avro", new byte[] {7}, headers())
                .with(201);
        Answer raw = get(answer.header("Location") + "?raw=true").with(200);
        assertThat(raw.bytes()).containsExactly(7);
        assertThat(raw.header("Content-Type")).isEqualTo("application/cloudevents+avro");
    }
}
