package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Reading without a group, from a partition that holds the values 0 to 4, one a second from 2024 on. */
class ReadHttpTests extends HttpTests {

    private String place = "";

    @BeforeEach
    void produceFive() {
        createTopic(1);
        place = "/topics/" + topic + "/partitions/0/messages";
        for (int i = 0; i < 5; i++) {
            produce("{\"key\": \"k%d\", \"value\": %d, \"timestamp\": \"2024-01-01T00:00:0%d.000Z\"}"
                    .formatted(i, i, i));
        }
    }

    private List<Integer> values(String query) {
        List<Integer> values = new ArrayList<>();
        get(place + query)
                .with(200)
                .json()
                .at("/messages")
                .forEach(message -> values.add(message.at("/value").asInt()));
        return values;
    }

    @Test
    void anAnswerTellsWhereTheNextOneBeginsAndBothEnds() {
        JsonNode answer = get(place + "?offset=1&max=2").with(200).json();
        assertThat(answer.at("/nextOffset").asLong()).isEqualTo(3);
        assertThat(answer.at("/logStartOffset").asLong()).isZero();
        assertThat(answer.at("/highWatermark").asLong()).isEqualTo(5);
        assertThat(answer.at("/messages").size()).isEqualTo(2);
    }

    @Test
    void aMessageIsShownWithAllItsFields() {
        assertThat(get(place + "?offset=1&max=1").json().at("/messages/0")).isEqualTo(json("""
                        {'topic': '%s', 'partition': 0, 'offset': 1, 'timestamp': '2024-01-01T00:00:01.000Z',
                         'key': 'k1', 'value': 1, 'contentType': 'application/json'}""".formatted(topic)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 5",
        "?offset=earliest, 5",
        "?offset=latest, 0",
        "?offset=0, 5",
        "?offset=5, 0",
        "?offset=4, 1",
        "?offset=-1, 1",
        "?offset=-2, 2",
        "?offset=-100, 5",
        "?max=3, 3",
        "?maxBytes=1, 1",
        "?timestamp=2024-01-01T00:00:03Z, 2",
        "?timestamp=2024-01-01T00:00:02.001Z, 2",
        "?timestamp=2024-01-01T01:00:03%2B01:00, 2",
        "?timestamp=1704067203000, 2",
        "?timestamp=0, 5",
        "?timestamp=2100-01-01T00:00:00Z, 0"
    })
    void aReadBeginsWhereItIsToldTo(String query, int expected) {
        List<Integer> values = values(query);
        assertThat(values).hasSize(expected);
        if (!query.startsWith("?max") && expected > 0) {
            assertThat(values.getLast()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 1000, Long.MAX_VALUE})
    void anOffsetOutsideTheLogIsToldBothEnds(long offset) {
        JsonNode problem = get(place + "?offset=" + offset).problem(416, "offset-out-of-range");
        assertThat(problem.at("/detail").asString()).contains("0", "5", topic);
        assertThat(problem.at("/logStartOffset").asLong()).isZero();
        assertThat(problem.at("/highWatermark").asLong()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offset=1.5",
                "offset=",
                "offset=first",
                "offset=%2B1",
                "offset=99999999999999999999",
                "offset=%D9%A1",
                "timestamp=now",
                "offset=1&timestamp=1",
                "offset=1&offset=2",
                "max=0",
                "max=-1",
                "max=ten",
                "max=99999999999999999999",
                "max=%D9%A1",
                "maxBytes=0",
                "wait=5",
                "wait=-1s",
                "wait=61s",
                "wait=PT2M",
                "ofset=1",
                "follow=true",
                "kye=a"
            })
    void wrongParametersAreRefused(String query) {
        get(place + "?" + query).problem(400, "invalid-parameter");
    }

    @Test
    void aMisspeltParameterIsToldTheRightOnes() {
        assertThat(get(place + "?ofset=1").detail(400, "invalid-parameter")).contains("ofset", "offset");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "x", "+0", "00", "99999999999"})
    void anUnknownPartitionIsNotFound(String partition) {
        get("/topics/" + topic + "/partitions/" + partition + "/messages").problem(404, "partition-not-found");
    }

    @Test
    void anUnknownTopicIsNotFoundAndNotMade() {
        get("/topics/" + topic + ".not/partitions/0/messages").problem(404, "topic-not-found");
        get("/topics/" + topic + ".not").problem(404, "topic-not-found");
    }

    @Test
    void theTopicsOfTheServerCannotBeRead() {
        get("/topics/__groups/partitions/0/messages").problem(404, "topic-not-found");
    }

    @Test
    void oneMessageIsFoundByItsOffset() {
        JsonNode message = get(place + "/3").with(200).json();
        assertThat(message).isEqualTo(get(place + "?offset=3&max=1").json().at("/messages/0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "-1", "x", "+1", "01", "99999999999999999999"})
    void aMessageThatIsNotThereIsNotFound(String offset) {
        get(place + "/" + offset).problem(404, "message-not-found");
    }

    @Test
    void aRawMessageIsItsValueUnderItsType() {
        Answer raw = get(place + "/3?raw=true", "Accept", "application/json").with(200);
        assertThat(raw.text()).isEqualTo("3");
        assertThat(raw.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void aRawTombstoneHasNoBody() {
        produce("{\"key\": \"a\", \"value\": null}");
        assertThat(get(place + "/5?raw=true").with(204).bytes()).isEmpty();
    }

    @Test
    void rawIsTrueOrFalse() {
        get(place + "/3?raw=yes").problem(400, "invalid-parameter");
        assertThat(get(place + "/3?raw=false").with(200).json().at("/value").asInt())
                .isEqualTo(3);
    }

    @Test
    void aTypeThatCannotBeAnsweredIsNotAcceptable() {
        get(place, "Accept", "text/html").problem(406, "not-acceptable");
        get(place, "Accept", "application/json;q=0.5, text/html").with(200);
        get(place, "Accept", "*/*").with(200);
    }

    @Test
    void headIsTheAnswerWithoutItsBody() {
        Answer answer = method("HEAD", place).with(200);
        assertThat(answer.bytes()).isEmpty();
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void aValueOfAnyBytesIsReadOnItsOwn() {
        post("/topics/" + topic + "/messages", "text/csv", "a,b".getBytes(UTF_8))
                .with(201);
        assertThat(get(place + "/5?raw=true", "Accept", "text/csv").with(200).text())
                .isEqualTo("a,b");
    }

    @Test
    void aPartitionIsReadAsLinesAndOfOneKeyToo() {
        Answer lines =
                get(place + "?offset=2", "Accept", "application/x-ndjson").with(200);
        assertThat(lines.text().lines().map(line -> json(line).at("/offset").asInt()))
                .containsExactly(2, 3, 4);
        JsonNode ofKey = get(place + "?key=k3").json();
        assertThat(ofKey.at("/messages").findValuesAsString("offset")).containsExactly("3");
        assertThat(ofKey.at("/nextOffset").asInt()).isEqualTo(5);
    }
}
