package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Seeking, setting committed offsets and deleting groups, on a topic of two partitions with five messages in each. */
class GroupAdminHttpTests extends HttpTests {

    /** A minute ago, so that nothing is too old to be kept. */
    private static final long BEGIN = System.currentTimeMillis() - 60_000;

    private String consumers = "";
    private String offsets = "";

    @BeforeEach
    void produceTen() {
        createTopic(2);
        consumers = "/groups/" + group + "/consumers";
        offsets = "/groups/" + group + "/offsets";
        for (int i = 0; i < 10; i++) {
            produce("{\"value\": %d, \"partition\": %d, \"timestamp\": %d}".formatted(i, i % 2, BEGIN + 1000 * i));
        }
    }

    private void subscribe() {
        post(consumers, "{\"topics\": [\"%s\"], \"consumer\": \"c\"}".formatted(topic))
                .with(201);
    }

    private void commitAllAndLeave() {
        subscribe();
        assertThat(values()).hasSize(10);
        post(consumers + "/c/offsets").with(200);
        delete(consumers + "/c").with(204);
    }

    private List<String> values() {
        return get(consumers + "/c/messages?max=100")
                .with(200)
                .json()
                .at("/messages")
                .findValuesAsString("value");
    }

    private Answer seek(String positions) {
        return post(
                consumers + "/c/seek",
                "{\"positions\": [%s]}".formatted(positions.replace('\'', '"').replace("$T", topic)));
    }

    private Answer reset(String body, String query) {
        return send(
                "PUT",
                offsets + query,
                body.replace('\'', '"').replace("$T", topic).getBytes(UTF_8),
                "Content-Type",
                "application/json");
    }

    private List<String> committed() {
        return get(offsets).with(200).json().at("/offsets").findValuesAsString("committedOffset");
    }

    @Test
    void aSoughtMemberGoesOnThereAndWhatIsCommittedStays() {
        subscribe();
        assertThat(values()).hasSize(10);
        post(consumers + "/c/offsets").with(200);
        JsonNode answer =
                seek("{'topic':'$T','partition':0,'offset':3},{'topic':'$T','partition':1,'offset':'earliest'}")
                        .with(200)
                        .json();
        assertThat(answer.at("/positions").findValuesAsString("offset")).containsExactly("3", "0");
        assertThat(answer.at("/assignment").size()).isEqualTo(2);
        assertThat(values()).containsExactlyInAnyOrder("6", "8", "1", "3", "5", "7", "9");
        assertThat(committed()).containsExactly("5", "5");
    }

    @Test
    void oneSeeksByTimeAndToTheEnd() {
        subscribe();
        seek("{'topic':'$T','partition':0,'timestamp':" + (BEGIN + 5000)
                        + "},{'topic':'$T','partition':1,'offset':'latest'}")
                .with(200);
        assertThat(values()).containsExactly("6", "8");
        seek("{'topic':'$T','partition':0,'timestamp':'" + Instant.ofEpochMilli(BEGIN + 8000) + "'}")
                .with(200);
        assertThat(values()).containsExactly("8");
    }

    @Test
    void aSeekWakesAPollThatWaits() {
        subscribe();
        assertThat(values()).hasSize(10);
        var poll = getLater(consumers + "/c/messages?wait=20s");
        produce("{\"value\": 99, \"partition\": 0}");
        soon(poll).with(200);
        var waiting = getLater(consumers + "/c/messages?wait=20s");
        await(() -> seek("{'topic':'$T','partition':0,'offset':4}").status() == 200 && waiting.isDone());
        assertThat(soon(waiting).json().at("/messages").size()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'topic':'$T','partition':0}",
                "{'topic':'$T','offset':1}",
                "{'topic':'$T','partition':0,'offset':1,'timestamp':1}",
                "{'topic':'$T','partition':0,'offset':'first'}",
                "{'topic':'$T','partition':0,'shiftBy':1}",
                "{'partition':0,'offset':1}",
                "{'topic':'$T','partition':0,'offset':1},{'topic':'$T','partition':0,'offset':2}",
                ""
            })
    void aSeekThatSaysNoPlaceIsRefused(String position) {
        subscribe();
        seek(position).problem(422, "invalid-seek");
    }

    @Test
    void aSeekOutsideTheLogOrOfPartitionsOfOthersIsRefused() {
        subscribe();
        JsonNode problem = seek("{'topic':'$T','partition':0,'offset':6}").problem(416, "offset-out-of-range");
        assertThat(problem.at("/highWatermark").asInt()).isEqualTo(5);
        seek("{'topic':'$T','partition':7,'offset':0}").problem(404, "partition-not-found");
        post(consumers, "{\"topics\": [\"%s\"], \"consumer\": \"d\"}".formatted(topic))
                .with(201);
        values();
        seek("{'topic':'$T','partition':0,'offset':0},{'topic':'$T','partition':1,'offset':0}")
                .problem(409, "stale-generation");
        post(
                        consumers + "/nobody/seek",
                        "{\"positions\": [{\"topic\": \"%s\", \"partition\": 0, \"offset\": 0}]}".formatted(topic))
                .problem(404, "consumer-not-found");
    }

    @Test
    void committedOffsetsAreSetByPartitionByTopicAndAll() {
        commitAllAndLeave();
        JsonNode one = reset("{'offsets':[{'topic':'$T','partition':1,'offset':2}]}", "")
                .with(200)
                .json();
        assertThat(one.at("/offsets/0/previousOffset").asInt()).isEqualTo(5);
        assertThat(one.at("/offsets/0/committedOffset").asInt()).isEqualTo(2);
        assertThat(one.at("/offsets/0/lag").asInt()).isEqualTo(3);
        assertThat(committed()).containsExactly("5", "2");
        reset("{'offsets':[{'topic':'$T','timestamp':" + (BEGIN + 4000) + "}]}", "")
                .with(200);
        assertThat(committed()).containsExactly("2", "2");
        reset("{'shiftBy':1}", "").with(200);
        assertThat(committed()).containsExactly("3", "3");
        reset("{'shiftBy':-100}", "").with(200);
        assertThat(committed()).containsExactly("0", "0");
        reset("{'offset':'latest'}", "").with(200);
        assertThat(committed()).containsExactly("5", "5");
        reset("{'byDuration':'1s'}", "").with(200);
        assertThat(committed()).containsExactly("5", "5");
        reset("{'offset':'earliest'}", "").with(200);
        subscribe();
        assertThat(values()).hasSize(10);
    }

    @Test
    void aDryRunTellsAndChangesNothing() {
        commitAllAndLeave();
        JsonNode told = reset("{'offset':'earliest'}", "?dryRun=true").with(200).json();
        assertThat(told.at("/dryRun").asBoolean()).isTrue();
        assertThat(told.at("/offsets").findValuesAsString("committedOffset")).containsExactly("0", "0");
        assertThat(committed()).containsExactly("5", "5");
    }

    @Test
    void aGroupThatIsNotThereComesIntoBeing() {
        reset("{'offsets':[{'topic':'$T','offset':4}]}", "").with(200);
        subscribe();
        assertThat(values()).containsExactlyInAnyOrder("8", "9");
    }

    @Test
    void nothingIsSetOrDeletedWhileSomebodyIsAMember() {
        subscribe();
        reset("{'offset':'earliest'}", "").problem(409, "group-not-empty");
        reset("{'offset':'earliest'}", "?dryRun=true").problem(409, "group-not-empty");
        delete(offsets).problem(409, "group-not-empty");
        assertThat(delete("/groups/" + group).detail(409, "group-not-empty")).contains("1 member;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'offset':'earliest','shiftBy':1}",
                "{'offsets':[]}",
                "{'offsets':[{'topic':'$T'}]}",
                "{'offsets':[{'topic':'$T','offset':0},{'topic':'$T','partition':1,'offset':0}]}",
                "{'offsets':[{'topic':'$T','shiftBy':1}]}",
                "{'to':'earliest'}"
            })
    void aResetThatSaysNoPlaceIsRefused(String body) {
        reset(body, "").problem(422, "invalid-commit");
        get("/groups/" + group).problem(404, "group-not-found");
    }

    @Test
    void aShiftMayBeNegativeButNoFraction() {
        assertThat(reset("{'shiftBy':-1.5}", "").detail(422, "invalid-commit"))
                .isEqualTo("Field 'shiftBy' must be a whole number, not -1.5");
    }

    @Test
    void whatAGroupHasCommittedCanOnlyBeSetIfItIsThere() {
        reset("{'offset':'earliest'}", "").problem(404, "group-not-found");
        reset("{'offset':'earliest'}", "?dryRun=true").problem(404, "group-not-found");
        get("/groups/" + group).problem(404, "group-not-found");
    }

    @Test
    void aResetOutsideTheLogIsRefused() {
        reset("{'offsets':[{'topic':'$T','partition':0,'offset':6}]}", "").problem(416, "offset-out-of-range");
        reset("{'offsets':[{'topic':'nowhere','offset':6}]}", "").problem(404, "topic-not-found");
    }

    @Test
    void offsetsAreForgottenByPartitionAndAll() {
        commitAllAndLeave();
        delete(offsets + "?topic=" + topic + "&partition=0").with(204);
        assertThat(committed()).containsExactly("5");
        delete(offsets).with(204);
        assertThat(committed()).isEmpty();
        delete(offsets + "?partition=0").problem(400, "invalid-parameter");
    }

    @Test
    void aDeletedGroupIsGoneAndItsNameIsFree() {
        commitAllAndLeave();
        delete("/groups/" + group).with(204);
        get("/groups/" + group).problem(404, "group-not-found");
        delete("/groups/" + group).problem(404, "group-not-found");
        subscribe();
        assertThat(values()).hasSize(10);
    }

    @Test
    void howOldTheFirstMessageIsThatIsNotCommittedIsTold() {
        subscribe();
        values();
        post(
                        consumers + "/c/offsets",
                        "{\"offsets\": [{\"topic\": \"%s\", \"partition\": 0, \"offset\": 2}]}".formatted(topic))
                .with(200);
        JsonNode told = get(offsets).with(200).json();
        assertThat(told.at("/lag").asLong()).isEqualTo(8);
        long behind0 = told.at("/offsets/0/timeLagMs").asLong();
        long behind1 = told.at("/offsets/1/timeLagMs").asLong();
        assertThat(behind0).isBetween(56_000L, 356_000L);
        assertThat(behind1 - behind0)
                .as("message 1 of partition 1 came three seconds before message 4")
                .isBetween(2_900L, 3_100L);
        assertThat(told.at("/timeLagMs").asLong()).isEqualTo(behind1);
    }

    @Test
    void whoHasCommittedEverythingIsNotBehind() {
        commitAllAndLeave();
        JsonNode told = get(offsets).with(200).json();
        assertThat(told.at("/lag").asLong()).isZero();
        assertThat(told.at("/timeLagMs").asLong()).isZero();
    }

    @Test
    void lagIsAMetricByMessagesAndBySeconds() {
        subscribe();
        String labels = "{group=\"%s\",partition=\"1\",topic=\"%s\"}".formatted(group, topic);
        await(() -> metrics().contains("millrace_group_lag" + labels + " 5.0"));
        String seconds = metrics()
                .lines()
                .filter(line -> line.startsWith("millrace_group_time_lag_seconds" + labels))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(seconds.substring(seconds.lastIndexOf(' '))))
                .isBetween(59.0, 359.0);
    }

    private String metrics() {
        return get("/actuator/prometheus").with(200).text();
    }
}
