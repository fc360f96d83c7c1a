package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CloudEvents in and out. */
class CloudEventsHttpTests extends HttpTests {

    private static final String EVENT = "application/cloudevents+json";
    private static final String EVENTS = "application/cloudevents-batch+json";
    private static final JsonMapper JSON = new JsonMapper();

    private String messages = "";

    @BeforeEach
    void create() {
        createTopic(1);
        messages = "/topics/" + topic + "/messages";
    }

    private Answer produce(String type, String body, String... headers) {
        return post(messages, type, body.replace('\'', '"').getBytes(UTF_8), headers);
    }

    /** The last message as Millrace shows it. */
    private JsonNode message() {
        return get("/topics/" + topic + "/partitions/0/messages?offset=-1")
                .with(200)
                .json()
                .at("/messages/0");
    }

    private JsonNode events() {
        Answer answer = get(messages, "Accept", EVENTS).with(200);
        assertThat(answer.header("Content-Type")).startsWith(EVENTS);
        return JSON.readTree(answer.bytes());
    }

    private JsonNode event(int offset) {
        Answer answer = get("/topics/%s/partitions/0/messages/%d".formatted(topic, offset), "Accept", EVENT)
                .with(200);
        assertThat(answer.header("Content-Type")).startsWith(EVENT);
        return JSON.readTree(answer.bytes());
    }

    @Test
    void anEventInBinaryModeIsStoredAsKafkasBindingSays() {
        produce(
                        "application/json",
                        "{'total': 1.50}",
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        "o-1",
                        "ce-source",
                        "/shop",
                        "ce-type",
                        "shop.order",
                        "ce-subject",
                        "K%C3%B6ln%20%22a%22",
                        "ce-partitionkey",
                        "customer-17",
                        "Message-Header-trace",
                        "t1")
                .with(201);
        JsonNode stored = message();
        assertThat(stored.at("/key").asString()).isEqualTo("customer-17");
        assertThat(stored.at("/contentType").asString()).isEqualTo("application/json");
        assertThat(stored.at("/headers/ce_id").asString()).isEqualTo("o-1");
        assertThat(stored.at("/headers/ce_specversion").asString()).isEqualTo("1.0");
        assertThat(stored.at("/headers/ce_subject").asString()).isEqualTo("Köln \"a\"");
        assertThat(stored.at("/headers/trace").asString()).isEqualTo("t1");
        assertThat(get("/topics/" + topic + "/partitions/0/messages/0").text()).contains("{\"total\": 1.50}");
        Answer raw =
                get("/topics/" + topic + "/partitions/0/messages/0?raw=true").with(200);
        assertThat(raw.text()).isEqualTo("{\"total\": 1.50}");
        assertThat(raw.header("ce-subject")).isEqualTo("K%C3%B6ln%20%22a%22");
        assertThat(raw.header("ce-id")).isEqualTo("o-1");
    }

    @Test
    void anEventInStructuredModeComesBackAsItWas() {
        String event =
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','time':'2026-11-23T04:05:06Z','tries':3,'last':true,'datacontenttype':'application/json','data':{'n':1e400}}";
        Answer answer = produce(EVENT, event).with(201);
        assertThat(answer.header("Location")).isNotEmpty();
        String back = get("/topics/" + topic + "/partitions/0/messages/0", "Accept", EVENT)
                .with(200)
                .text();
        assertThat(back).contains("\"data\":{\"n\":1e400}", "\"time\":\"2026-11-23T04:05:06Z\"");
        assertThat(event(0).at("/tries").asString()).isEqualTo("3");
        assertThat(event(0).at("/last").asString()).isEqualTo("true");
        assertThat(message().at("/headers/ce_type").asString()).isEqualTo("t");
    }

    @Test
    void dataIsTextOrBytesWhereItsTypeIsNotJson() {
        String head = "{'specversion':'1.0','id':'1','source':'/s','type':'t',";
        produce(EVENT, head + "'datacontenttype':'text/plain','data':'a b'}").with(201);
        produce(EVENT, head + "'datacontenttype':'image/png','data_base64':'AQID'}")
                .with(201);
        produce(EVENT, head + "'subject':null}").with(201);
        assertThat(event(0).at("/data").asString()).isEqualTo("a b");
        assertThat(event(1).at("/data_base64").asString()).isEqualTo("AQID");
        assertThat(event(2).has("data")).isFalse();
        assertThat(get("/topics/" + topic + "/partitions/0/messages/0?raw=true").text())
                .isEqualTo("a b");
        assertThat(message().at("/value").isNull()).isTrue();
    }

    @Test
    void aBatchIsStoredAsAWholeOrNotAtAll() {
        String one = "{'specversion':'1.0','id':'%d','source':'/s','type':'t','data':%d}";
        JsonNode stored = produce(EVENTS, "[" + one.formatted(1, 10) + "," + one.formatted(2, 20) + "]")
                .with(200)
                .json();
        assertThat(stored.at("/offsets").size()).isEqualTo(2);
        JsonNode refused =
                produce(EVENTS, "[" + one.formatted(3, 30) + ",{'id':'4'},7]").problem(422, "invalid-message");
        assertThat(refused.at("/errors").findValuesAsString("index")).containsExactly("1", "2");
        assertThat(refused.at("/errors/0/detail").asString()).contains("specversion");
        produce(EVENTS, "[]").problem(422, "invalid-message");
        assertThat(events().findValuesAsString("id")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'1','source':'/s','type':'t'}",
                "{'specversion':'0.3','id':'1','source':'/s','type':'t'}",
                "{'specversion':'1.0','id':'','source':'/s','type':'t'}",
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','Bad':'x'}",
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','x':{}}",
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','time':'noon'}",
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','data':1,'data_base64':'AQ=='}",
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','datacontenttype':'text/plain','data':1}",
                "{'specversion':'1.0','id':'1','id':'2','source':'/s','type':'t'}",
                "7"
            })
    void whatIsNoEventIsRefused(String event) {
        produce(EVENT, event).problem(422, "invalid-message");
        assertThat(events().isEmpty()).isTrue();
    }

    @Test
    void anEventInBinaryModeThatLacksSomethingIsRefusedWithTheHeader() {
        assertThat(produce("text/plain", "x", "ce-id", "1", "ce-specversion", "1.0", "ce-type", "t")
                        .detail(422, "invalid-message"))
                .contains("ce-source");
        assertThat(produce("text/plain", "x", "ce-id", "1", "ce-specversion", "2.0", "ce-type", "t", "ce-source", "s")
                        .detail(422, "invalid-message"))
                .contains("ce-specversion");
    }

    @Test
    void aMessageThatIsNoEventIsGivenAsOneThatTellsWhereItIs() {
        produce("{\"key\": \"k\", \"value\": {\"a\": 1}, \"timestamp\": 0}");
        JsonNode made = events().get(0);
        assertThat(made.at("/specversion").asString()).isEqualTo("1.0");
        assertThat(made.at("/id").asString()).isEqualTo("0");
        assertThat(made.at("/source").asString()).isEqualTo("/topics/" + topic + "/partitions/0");
        assertThat(made.at("/type").asString()).isEqualTo("io.millrace.message");
        assertThat(made.at("/time").asString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(made.at("/partitionkey").asString()).isEqualTo("k");
        assertThat(made.at("/data/a").asInt()).isEqualTo(1);
    }

    @Test
    void aRecordInStructuredModeIsGivenAsTheEventThatItHolds() {
        String event = "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"/s\",\"type\":\"t\"}";
        produce("{\"valueBase64\": \"%s\", \"contentType\": \"application/cloudevents+json; charset=utf-8\"}"
                .formatted(java.util.Base64.getEncoder().encodeToString(event.getBytes(UTF_8))));
        assertThat(events().get(0).at("/id").asString()).isEqualTo("x");
    }

    @Test
    void pagesOfEventsTellInHeadersWhereToReadOn() {
        String one = "{'specversion':'1.0','id':'%d','source':'/s','type':'t'}";
        for (int i = 0; i < 3; i++) {
            produce(EVENT, one.formatted(i)).with(201);
        }
        Answer partition = get("/topics/" + topic + "/partitions/0/messages?max=2", "Accept", EVENTS)
                .with(200);
        assertThat(JSON.readTree(partition.bytes()).size()).isEqualTo(2);
        assertThat(partition.header("Millrace-Next-Offset")).isEqualTo("2");
        assertThat(partition.header("Link")).contains("offset=2>; rel=\"next\"");
        Answer first = get(messages + "?max=2", "Accept", EVENTS).with(200);
        Answer second = get(messages + "?cursor=" + first.header("Millrace-Cursor"), "Accept", EVENTS)
                .with(200);
        assertThat(JSON.readTree(second.bytes()).findValuesAsString("id")).containsExactly("2");
    }

    @Test
    void theKeyOfTheQueryAndThatOfTheEventMustAgree() {
        String event = "{'specversion':'1.0','id':'1','source':'/s','type':'t','partitionkey':'a'}";
        post(messages + "?key=b", EVENT, event.replace('\'', '"').getBytes(UTF_8))
                .problem(422, "invalid-message");
        post(messages + "?key=a", EVENT, event.replace('\'', '"').getBytes(UTF_8))
                .with(201);
        assertThat(message().at("/key").asString()).isEqualTo("a");
    }

    @Test
    void anEventIsStoredOnceUnderAnIdempotencyKey() {
        String event = "{'specversion':'1.0','id':'1','source':'/s','type':'t'}";
        produce(EVENT, event, "Idempotency-Key", "k").with(201);
        assertThat(produce(EVENT, event, "Idempotency-Key", "k").with(201).header("Idempotent-Replayed"))
                .isEqualTo("true");
        assertThat(events().size()).isEqualTo(1);
    }
}
