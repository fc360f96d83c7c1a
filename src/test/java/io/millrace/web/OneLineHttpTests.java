package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A consumer in one line, on a topic of two partitions with two messages in each. */
class OneLineHttpTests extends HttpTests {

    @Autowired
    WaitingPolls waitingPolls;

    private String line = "";

    @BeforeEach
    void produceFour() {
        createTopic(2);
        line = "/topics/" + topic + "/messages?group=" + group;
        for (int i = 0; i < 4; i++) {
            produce("{\"value\": %d, \"partition\": %d}".formatted(i, i % 2));
        }
    }

    private JsonNode call(String more) {
        return get(line + more).with(200).json();
    }

    private List<String> values(String more) {
        return call(more).at("/messages").findValuesAsString("value");
    }

    private long committed() {
        long sum = 0;
        for (JsonNode offset :
                get("/groups/" + group + "/offsets").with(200).json().at("/offsets")) {
            sum += offset.at("/committedOffset").asLong(0);
        }
        return sum;
    }

    @Test
    void theFirstCallJoinsAndEachCommitsWhatTheOneBeforeDelivered() {
        assertThat(values("&max=3")).hasSize(3);
        assertThat(committed()).isZero();
        assertThat(values("")).hasSize(1);
        assertThat(committed()).isEqualTo(3);
        assertThat(values("")).isEmpty();
        assertThat(committed()).isEqualTo(4);
    }

    @Test
    void aCursorCommitsItsAnswerAndGivesWhatCameAfterItAgain() {
        String cursor = call("&max=1").at("/cursor").asString();
        List<String> lost = values("&cursor=" + cursor);
        assertThat(lost).hasSize(3);
        assertThat(values("&cursor=" + cursor)).isEqualTo(lost);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void whatIsNoCursorIsRefusedBeforeTheConsumerJoins() {
        get(line + "&cursor=x").problem(400, "invalid-parameter");
        get("/groups/" + group).problem(404, "group-not-found");
    }

    @Test
    void theAnswerIsThatOfAPoll() {
        JsonNode answer = call("&consumer=till-7");
        assertThat(answer.at("/assignment").size()).isEqualTo(2);
        assertThat(answer.at("/cursor").asString()).isNotEmpty();
        assertThat(get("/groups/" + group).json().at("/members/0/consumer").asString())
                .isEqualTo("till-7");
    }

    @Test
    void twoThatCallAtTheSameTimeShareThePartitions() {
        assertThat(values("")).hasSize(4);
        assertThat(values("")).isEmpty();
        await(() -> waitingPolls.count() == 0);
        var waiting = getLater(line + "&wait=20s");
        await(() -> waitingPolls.count() == 1);
        call("");
        assertThat(get("/groups/" + group).json().at("/members").size()).isEqualTo(2);
        // It is told at once that a partition is to move, and hands it over with its next call; which of the two
        // the next call continues depends on who was answered first.
        assertThat(soon(waiting).with(200).json().at("/assignment").size()).isEqualTo(1);
        call("");
        call("");
        assertThat(get("/groups/" + group).json().at("/state").asString()).isEqualTo("stable");
    }

    @Test
    void theSameGroupReadsAnotherTopicAsAnotherMember() {
        String other = topic + "-more";
        post("/topics/" + other + "/messages", "{\"value\": 9}").with(201);
        assertThat(values("")).hasSize(4);
        String lineOfOther = "/topics/" + other + "/messages?group=" + group;
        JsonNode answer = get(lineOfOther).with(200).json();
        assertThat(answer.at("/messages").findValuesAsString("value")).containsExactly("9");
        assertThat(values("")).isEmpty();
        assertThat(get(lineOfOther).with(200).json().at("/messages").size()).isZero();
        assertThat(get("/groups/" + group).json().at("/members").size()).isEqualTo(2);
        delete("/topics/" + other).with(204);
    }

    @Test
    void theNameOfAMemberThatSubscribedOtherwiseIsRefused() {
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"c\"}".formatted(topic))
                .with(201);
        get(line + "&consumer=c").problem(409, "consumer-exists");
    }

    @Test
    void wrongCallsAreRefused() {
        get(line + "&from=earliest").problem(400, "invalid-parameter");
        get("/topics/" + topic + "/messages?group=a%20b").problem(422, "invalid-group");
        get(line + "&consumer=a%20b").problem(400, "invalid-parameter");
        get("/groups/" + group).problem(404, "group-not-found");
        get(line, "Accept", "text/html").problem(406, "not-acceptable");
        method("HEAD", line).with(405);
    }
}
