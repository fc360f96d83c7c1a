package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A group on a topic of two partitions with two messages in each. */
class GroupHttpTests extends HttpTests {

    private String consumers = "";

    @BeforeEach
    void produceFour() {
        createTopic(2);
        consumers = "/groups/" + group + "/consumers";
        for (int i = 0; i < 4; i++) {
            produce("{\"value\": %d, \"partition\": %d}".formatted(i, i % 2));
        }
    }

    /** Subscribes to the topic; {@code more} goes on in the JSON object, in single quotes. */
    private JsonNode subscribe(String consumer, String more) {
        String body = "{'topics': ['%s'], 'consumer': '%s'%s}".formatted(topic, consumer, more);
        return post(consumers, body.replace('\'', '"')).with(201).json();
    }

    private JsonNode poll(String consumer) {
        return get(consumers + "/" + consumer + "/messages").with(200).json();
    }

    private Answer commit(String consumer, String body) {
        return post(consumers + "/" + consumer + "/offsets", body.replace('\'', '"'));
    }

    private JsonNode place(int partition) {
        return json("{'topic': '%s', 'partition': %d}".formatted(topic, partition));
    }

    @Test
    void aSubscriptionIsAnsweredInFull() {
        Answer answer = post(
                        consumers,
                        "{\"topics\": [\"%s\"], \"consumer\": \"till-7\", \"instanceId\": \"i\"}".formatted(topic))
                .with(201);
        assertThat(answer.header("Location")).isEqualTo(consumers + "/till-7");
        JsonNode made = answer.json();
        assertThat(made.at("/group").asString()).isEqualTo(group);
        assertThat(made.at("/consumer").asString()).isEqualTo("till-7");
        assertThat(made.at("/instanceId").asString()).isEqualTo("i");
        assertThat(made.at("/generation").isIntegralNumber()).isTrue();
        assertThat(made.at("/assignment").size()).isEqualTo(2);
        assertThat(get(answer.header("Location")).with(200).json()).isEqualTo(made);
    }

    @Test
    void aSubscriptionHasTheDocumentedDefaults() {
        JsonNode subscription = subscribe("a", "").at("/subscription");
        assertThat(subscription.at("/autoOffsetReset").asString()).isEqualTo("earliest");
        assertThat(subscription.at("/sessionTimeout").asString()).isEqualTo("45s");
        assertThat(subscription.at("/rebalanceTimeout").asString()).isEqualTo("60s");
        assertThat(subscription.at("/assignor").asString()).isEqualTo("cooperative-sticky");
        assertThat(subscription.at("/autoCommit").asBoolean()).isFalse();
    }

    @Test
    void theServerNamesAConsumerThatNamesNone() {
        JsonNode made = post(consumers, "{\"topics\": [\"%s\"]}".formatted(topic))
                .with(201)
                .json();
        assertThat(made.at("/consumer").asString()).isNotEmpty();
        poll(made.at("/consumer").asString());
    }

    @Test
    void aNameThatIsTakenAndAliveIsRefused() {
        subscribe("a", "");
        String again = "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic);
        assertThat(post(consumers, again).detail(409, "consumer-exists")).contains("'a'");
    }

    @Test
    void theSameInstanceUnderAnotherNameFencesTheOneThatHadIt() {
        String body = "{\"topics\": [\"%s\"], \"instanceId\": \"i\"}".formatted(topic);
        String old = post(consumers, body).with(201).json().at("/consumer").asString();
        JsonNode next = post(consumers, body).with(201).json();
        assertThat(next.at("/assignment").size()).isEqualTo(2);
        String detail = get(consumers + "/" + old + "/messages").detail(409, "fenced-instance");
        assertThat(detail).contains(old, next.at("/consumer").asString(), "'i'");
        commit(old, "").problem(409, "fenced-instance");
        poll(next.at("/consumer").asString());
    }

    @Test
    void aConsumerMayChooseItsPartitions() {
        String body = "{'partitions': [%s]}".formatted(place(1)).replace('\'', '"');
        JsonNode made = post(consumers, body).with(201).json();
        assertThat(made.at("/assignment")).isEqualTo(json("[" + place(1) + "]"));
        assertThat(made.at("/subscription/partitions")).isEqualTo(made.at("/assignment"));
        assertThat(post(consumers, body).detail(409, "partition-taken"))
                .contains(made.at("/consumer").asString());
        post(consumers, "{\"topics\": [\"%s\"]}".formatted(topic)).problem(409, "assignor-mismatch");
        post(consumers, body.replace(": 1", ": 7").replace(":1", ":7")).problem(404, "partition-not-found");
    }

    @Test
    void theSameInstanceTakesItsNameOverWithoutARebalance() {
        JsonNode first = subscribe("a", ", 'instanceId': 'i'");
        JsonNode again = subscribe("a", ", 'instanceId': 'i'");
        assertThat(again.at("/generation")).isEqualTo(first.at("/generation"));
        assertThat(again.at("/assignment")).isEqualTo(first.at("/assignment"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'topics': []}",
                "{'topics': 'a'}",
                "{'topics': [1]}",
                "{'topics': ['a b']}",
                "{'topics': ['__groups']}",
                "{'topics': ['a', 'a']}",
                "{'partitions': []}",
                "{'partitions': [{'topic': 'a'}]}",
                "{'partitions': [{'topic': 'a', 'partition': -1}]}",
                "{'partitions': [{'topic': '__groups', 'partition': 0}]}",
                "{'partitions': [{'topic': 'a', 'partition': 0}, {'topic': 'a', 'partition': 0}]}",
                "{'topics': ['a'], 'partitions': [{'topic': 'a', 'partition': 0}]}",
                "{'topcis': ['a']}",
                "{'topics': ['a'], 'autoOffsetReset': 'first'}",
                "{'topics': ['a'], 'sessionTimeout': 'long'}",
                "{'topics': ['a'], 'sessionTimeout': '1ms'}",
                "{'topics': ['a'], 'assignor': 'fair'}",
                "{'topics': ['a'], 'autoCommit': 'yes'}",
                "{'topics': ['a'], 'consumer': 'a b'}",
                "{'topics': ['a'], 'consumer': ''}",
                "{'topics': ['a'], 'pattern': 'b.*'}",
                "{'pattern': '('}",
                "{'pattern': 'a{1000}'}",
                "[]"
            })
    void whatIsNoSubscriptionIsRefused(String body) {
        post(consumers, body.replace('\'', '"')).problem(422, "invalid-subscription");
        get("/groups/" + group).problem(404, "group-not-found");
    }

    @Test
    void reservedAndIllegalNamesOfGroupsAreRefused() {
        post("/groups/__mine/consumers", "{\"topics\": [\"a\"]}").problem(422, "invalid-group");
        get("/groups/a%20b").problem(422, "invalid-group");
    }

    @Test
    void aPollAnswersMessagesAssignmentGenerationAndCursor() {
        JsonNode made = subscribe("a", "");
        JsonNode polled = poll("a");
        assertThat(polled.propertyNames())
                .containsExactlyInAnyOrder("messages", "assignment", "added", "revoked", "generation", "cursor");
        assertThat(polled.at("/messages").size()).isEqualTo(4);
        assertThat(polled.at("/assignment")).isEqualTo(made.at("/assignment"));
        assertThat(polled.at("/generation")).isEqualTo(made.at("/generation"));
    }

    @Test
    void aPollGoesOnWhereTheLastOneEnded() {
        subscribe("a", "");
        assertThat(get(consumers + "/a/messages?max=3").json().at("/messages").size())
                .isEqualTo(3);
        assertThat(poll("a").at("/messages").size()).isEqualTo(1);
        assertThat(poll("a").at("/messages").size()).isZero();
    }

    @Test
    void theCursorOfAnAnswerGivesWhatCameAfterItAgain() {
        subscribe("a", "");
        String cursor =
                get(consumers + "/a/messages?max=1").json().at("/cursor").asString();
        JsonNode lost = poll("a").at("/messages");
        assertThat(get(consumers + "/a/messages?cursor=" + cursor)
                        .with(200)
                        .json()
                        .at("/messages"))
                .containsExactlyInAnyOrderElementsOf(lost);
    }

    @Test
    void latestBeginsAtTheEnd() {
        subscribe("a", ", 'autoOffsetReset': 'latest'");
        assertThat(poll("a").at("/messages").size()).isZero();
        produce("{\"value\": 9}");
        assertThat(poll("a").at("/messages").size()).isEqualTo(1);
    }

    @Test
    void noneIsRefusedWithoutACommittedOffset() {
        subscribe("a", ", 'autoOffsetReset': 'none'");
        get(consumers + "/a/messages").problem(409, "no-offset");
    }

    @Test
    void aCommitWithoutABodyCommitsWhatWasDelivered() {
        subscribe("a", "");
        poll("a");
        JsonNode committed = post(consumers + "/a/offsets").with(200).json();
        assertThat(committed.at("/offsets"))
                .isEqualTo(json(
                        "[{'topic': '%1$s', 'partition': 0, 'offset': 2}, {'topic': '%1$s', 'partition': 1, 'offset': 2}]"
                                .formatted(topic)));
        assertThat(get("/groups/" + group + "/offsets").with(200).json().at("/offsets/1"))
                .isEqualTo(json("""
                                {'topic': '%s', 'partition': 1, 'committedOffset': 2, 'logStartOffset': 0,
                                 'highWatermark': 2, 'lag': 0, 'timeLagMs': 0}""".formatted(topic)));
    }

    @Test
    void anEmptyFormIsNoBody() {
        subscribe("a", "");
        poll("a");
        post(consumers + "/a/offsets", "application/x-www-form-urlencoded", new byte[0])
                .with(200);
    }

    @Test
    void aCommitOfOffsetsCommitsThose() {
        subscribe("a", "");
        poll("a");
        String offsets = "{'offsets': [{'topic': '%s', 'partition': 0, 'offset': 1}]}".formatted(topic);
        assertThat(commit("a", offsets).with(200).json().at("/offsets"))
                .isEqualTo(json(offsets).at("/offsets"));
        JsonNode group = get("/groups/" + this.group + "/offsets").json();
        assertThat(group.at("/offsets/0/committedOffset").asLong()).isEqualTo(1);
        assertThat(group.at("/offsets/1/committedOffset").isNull()).isTrue();
        assertThat(group.at("/offsets/1/lag").asLong()).isEqualTo(2);
    }

    @Test
    void aCommitOfACursorCommitsUpToThatAnswer() {
        subscribe("a", "");
        String cursor =
                get(consumers + "/a/messages?max=1").json().at("/cursor").asString();
        poll("a");
        commit("a", "{'cursor': '%s'}".formatted(cursor)).with(200);
        long committed = 0;
        for (JsonNode offset : get("/groups/" + group + "/offsets").json().at("/offsets")) {
            committed += offset.at("/committedOffset").asLong(0);
        }
        assertThat(committed).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{'offsets': {}}",
                "{'offsets': [{}]}",
                "{'offsets': [{'topic': 'TOPIC', 'partition': 0, 'offset': -1}]}",
                "{'offsets': [{'topic': 'TOPIC', 'partition': 0, 'offset': 99}]}",
                "{'offsets': [{'topic': 'TOPIC', 'partition': 0, 'offset': '1'}]}",
                "{'offsets': [{'topic': 'TOPIC', 'partition': 0, 'ofset': 1}]}",
                "{'offsets': [{'topic': 'a b', 'partition': 0, 'offset': 1}]}",
                "{'offsets': [], 'cursor': 'x'}",
                "{'cursor': 'x'}",
                "{'cursor': 1}"
            })
    void whatIsNoCommitIsRefused(String body) {
        subscribe("a", "");
        poll("a");
        commit("a", body.replace("TOPIC", topic)).problem(422, "invalid-commit");
        assertThat(get("/groups/" + group + "/offsets")
                        .json()
                        .at("/offsets/0/committedOffset")
                        .isNull())
                .isTrue();
    }

    @Test
    void whatIsCommittedIsNotGivenAgain() {
        subscribe("a", "");
        poll("a");
        commit("a", "{'offsets': [{'topic': '%s', 'partition': 0, 'offset': 2}]}".formatted(topic))
                .with(200);
        delete(consumers + "/a").with(204);
        subscribe("b", "");
        JsonNode messages = poll("b").at("/messages");
        assertThat(messages.size()).isEqualTo(2);
        assertThat(messages.at("/0/partition").asInt()).isEqualTo(1);
    }

    @Test
    void aPartitionIsHandedOverAtTheNextCallOfItsOwner() {
        subscribe("a", "");
        poll("a");
        assertThat(subscribe("b", "").at("/assignment").size()).isZero();
        assertThat(poll("b").at("/messages").size()).isZero();
        post(consumers + "/a/offsets").with(200);
        JsonNode left = poll("a").at("/assignment");
        assertThat(left.size()).isEqualTo(1);
        JsonNode gained = poll("b").at("/assignment");
        assertThat(gained.size()).isEqualTo(1);
        assertThat(gained.get(0)).isIn(place(0), place(1)).isNotEqualTo(left.get(0));
        assertThat(poll("b").at("/messages").size()).isZero();
    }

    @Test
    void everyAnswerTellsWhatWasAddedAndRevokedSinceTheOneBefore() {
        subscribe("a", "");
        poll("a");
        subscribe("b", "");
        JsonNode committed = post(consumers + "/a/offsets").with(200).json();
        assertThat(committed.at("/generation").asInt()).isEqualTo(2);
        assertThat(committed.at("/added").size()).isZero();
        assertThat(committed.at("/revoked").size()).isEqualTo(1);
        assertThat(poll("a").at("/revoked").size()).isZero();
        JsonNode beat = post(consumers + "/b/heartbeat").with(200).json();
        assertThat(beat.at("/added")).isEqualTo(committed.at("/revoked"));
        assertThat(poll("b").at("/added").size()).isZero();
    }

    @Test
    void aCommitOfALostPartitionIsRefusedInFull() {
        subscribe("a", "");
        poll("a");
        subscribe("b", "");
        poll("a");
        int lost = poll("b").at("/assignment/0/partition").asInt();
        String both = """
                {'offsets': [{'topic': '%1$s', 'partition': 0, 'offset': 2}, {'topic': '%1$s', 'partition': 1, 'offset': 2}]}""".formatted(topic);
        assertThat(commit("a", both).detail(409, "stale-generation")).contains("Partition " + lost);
        get("/groups/" + group + "/offsets")
                .json()
                .at("/offsets")
                .forEach(offset ->
                        assertThat(offset.at("/committedOffset").isNull()).isTrue());
    }

    @Test
    void whoLeavesIsGoneAndOthersGetItsPartitions() {
        subscribe("a", "");
        subscribe("b", "");
        assertThat(delete(consumers + "/a").with(204).bytes()).isEmpty();
        assertThat(delete(consumers + "/a").detail(404, "consumer-not-found")).contains("'a'");
        get(consumers + "/a").problem(404, "consumer-not-found");
        get(consumers + "/a/messages").problem(404, "consumer-not-found");
        commit("a", "{'offsets': []}").problem(404, "consumer-not-found");
        post(consumers + "/a/heartbeat").problem(404, "consumer-not-found");
        assertThat(poll("b").at("/assignment").size()).isEqualTo(2);
    }

    @Test
    void aHeartbeatTellsGenerationAndAssignment() {
        JsonNode made = subscribe("a", "");
        JsonNode beat = post(consumers + "/a/heartbeat").with(200).json();
        assertThat(beat.propertyNames()).containsExactlyInAnyOrder("generation", "assignment", "added", "revoked");
        assertThat(beat.at("/assignment")).isEqualTo(made.at("/assignment"));
        post(consumers + "/a/heartbeat", "{\"x\": 1}").with(422);
    }

    @Test
    void aGroupIsDescribedByItsStateAndMembers() {
        JsonNode made = subscribe("a", "");
        JsonNode described = get("/groups/" + group).with(200).json();
        assertThat(described.at("/group").asString()).isEqualTo(group);
        assertThat(described.at("/state").asString()).isEqualTo("stable");
        assertThat(described.at("/generation")).isEqualTo(made.at("/generation"));
        assertThat(described.at("/members/0")).isEqualTo(made);
        delete(consumers + "/a").with(204);
        assertThat(get("/groups/" + group).json().at("/state").asString()).isEqualTo("empty");
    }

    @Test
    void theListOfGroupsTellsStateMembersAndLag() {
        subscribe("a", "");
        poll("a");
        commit("a", "{'offsets': [{'topic': '%s', 'partition': 0, 'offset': 1}]}".formatted(topic))
                .with(200);
        assertThat(get("/groups").with(200).json().at("/groups"))
                .contains(json("{'group': '%s', 'state': 'stable', 'members': 1, 'lag': 3}".formatted(group)));
    }

    @Test
    void anUnknownGroupIsNotFound() {
        get("/groups/" + group).problem(404, "group-not-found");
        get("/groups/" + group + "/offsets").problem(404, "group-not-found");
        get(consumers + "/a/messages").problem(404, "group-not-found");
        delete(consumers + "/a").problem(404, "group-not-found");
    }

    @Test
    void headDeliversNothing() {
        subscribe("a", "");
        Answer answer = method("HEAD", consumers + "/a/messages").with(405);
        assertThat(answer.header("Allow")).isEqualTo("GET");
        assertThat(poll("a").at("/messages").size()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max=0", "wait=x", "cursor=x", "offset=1", "commit=true"})
    void wrongParametersOfAPollAreRefused(String query) {
        subscribe("a", "");
        get(consumers + "/a/messages?" + query).problem(400, "invalid-parameter");
        assertThat(poll("a").at("/messages").size()).isEqualTo(4);
    }

    @Test
    void aPatternSubscribesToTopicsThatComeLater() {
        String pattern = topic.replace(".", "\\\\.") + ".*";
        post(consumers, "{\"pattern\": \"%s\", \"consumer\": \"p\"}".formatted(pattern))
                .with(201);
        assertThat(poll("p").at("/messages").size()).isEqualTo(4);
        String later = topic + ".later";
        post("/topics", "{\"name\": \"%s\", \"partitions\": 1}".formatted(later))
                .with(201);
        post("/topics/" + later + "/messages", "{\"value\": 5}").with(201);
        JsonNode polled = get(consumers + "/p/messages?wait=10s").with(200).json();
        assertThat(polled.at("/messages/0/topic").asString()).isEqualTo(later);
        assertThat(get(consumers + "/p").json().at("/subscription/pattern").asString())
                .isEqualTo(pattern.replace("\\\\", "\\"));
    }

    @Test
    void aSubscriptionIsChangedInPart() {
        subscribe("a", ", 'autoOffsetReset': 'latest'");
        JsonNode changed = patch(consumers + "/a", "{\"sessionTimeout\": \"24h\"}")
                .with(200)
                .json();
        assertThat(changed.at("/subscription/sessionTimeout").asString()).isEqualTo("86400s");
        assertThat(changed.at("/subscription/autoOffsetReset").asString()).isEqualTo("latest");
        assertThat(changed.at("/assignment").size()).isEqualTo(2);
        JsonNode moved = patch(consumers + "/a", "{\"topics\": [\"%s.other\"]}".formatted(topic))
                .with(200)
                .json();
        assertThat(moved.at("/assignment/0/topic").asString()).isEqualTo(topic + ".other");
        patch(consumers + "/a", "{\"consumer\": \"b\"}").problem(422, "invalid-subscription");
        patch(consumers + "/b", "{}").problem(404, "consumer-not-found");
    }

    @Test
    void otherFormatsAreRefused() {
        subscribe("a", "");
        String a = consumers + "/a";
        get(a + "/messages", "Accept", "text/html").problem(406, "not-acceptable");
        post(a + "/offsets", "text/plain", "x".getBytes(UTF_8)).problem(415, "unsupported-media-type");
    }
}
