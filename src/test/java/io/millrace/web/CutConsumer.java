package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.web.CuttingProxy.Cut;
import io.millrace.web.CuttingProxy.End;
import io.millrace.web.CuttingProxy.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A consumer whose connection is cut at each byte of a poll and of a commit, and the ledger of what it got. */
final class CutConsumer {

    static final String TITLE = "%-28s %5s %14s %22s %9s %18s"
            .formatted(
                    "consumer, cut by", "cuts", "answers lost", "messages given again", "repeated", "though committed");

    /** What it does in its loop. After a poll without an answer all of them poll again with a cursor. */
    enum Habit {
        CURSOR_COMMIT_ALL,
        CURSOR_COMMIT_CURSOR,
        CURSOR_AUTO_COMMIT,
        CURSOR_ONE_LINE,
        /** Has no cursor but the one of its subscription. */
        NO_CURSOR_COMMIT_ALL,
        NO_CURSOR_AUTO_COMMIT;

        boolean autoCommit() {
            return this == CURSOR_AUTO_COMMIT || this == CURSOR_ONE_LINE || this == NO_CURSOR_AUTO_COMMIT;
        }

        boolean givesCursor() {
            return this != NO_CURSOR_COMMIT_ALL && this != NO_CURSOR_AUTO_COMMIT;
        }
    }

    private final Habit habit;
    private final End end;
    private final CuttingProxy proxy;
    private final String polls;
    private final String commits;
    private final String begin;
    private String cursor;

    /** By partition, the offset that comes next, and the one up to which it is known to be committed. */
    private final Map<Integer, Long> next = new HashMap<>();

    private final Map<Integer, Long> committed = new HashMap<>();

    private int cuts;
    private int lostWhole;
    private int givenAgain;
    private int repeated;
    private int repeatedCommitted;

    /**
     * Makes one that has subscribed.
     *
     * @param polls the path of its polls, up to some parameter
     * @param commits the path of its commits
     * @param begin the cursor of its subscription
     */
    CutConsumer(Habit habit, End end, CuttingProxy proxy, String polls, String commits, String begin) {
        this.habit = habit;
        this.end = end;
        this.proxy = proxy;
        this.polls = polls;
        this.commits = commits;
        this.begin = begin;
        this.cursor = begin;
    }

    /** Has each poll, and then each commit, cut after one byte more than the one before. */
    void cutEverywhere(int step) {
        for (int bytes = 0; bytes <= pollRequest(2, usualCursor()).length(); bytes += step) {
            poll(2, new Cut(Side.REQUEST, bytes, end));
            commit(null);
        }
        boolean wasCut = true;
        for (int bytes = 0; wasCut; bytes += step) {
            wasCut = poll(2, new Cut(Side.ANSWER, bytes, end));
            commit(null);
        }
        if (habit.autoCommit()) {
            return;
        }
        for (int bytes = 0; bytes <= commitRequest().length(); bytes += step) {
            poll(2, null);
            commit(new Cut(Side.REQUEST, bytes, end));
        }
        wasCut = true;
        for (int bytes = 0; wasCut; bytes += step) {
            poll(2, null);
            wasCut = commit(new Cut(Side.ANSWER, bytes, end));
        }
    }

    void readToEnd() {
        long before;
        do {
            before = received();
            poll(500, null);
            commit(null);
        } while (received() > before);
    }

    /** How many different messages it got, none of which is missing in between. */
    long received() {
        return next.values().stream().mapToLong(offset -> offset).sum();
    }

    /** How many messages it got that it had got before; of a lost answer it got nothing. */
    int repeated() {
        return repeated;
    }

    int repeatedCommitted() {
        return repeatedCommitted;
    }

    Habit habit() {
        return habit;
    }

    int cuts() {
        return cuts;
    }

    /** Polls until there is an answer; whether the first try was cut. */
    private boolean poll(int max, @Nullable Cut cut) {
        Map<Integer, Long> before = Map.copyOf(next);
        String from = usualCursor();
        AnswerBytes answer = proxy.call(pollRequest(max, from), cut);
        boolean wasCut = answer == null;
        List<String> lost = List.of();
        if (answer == null) {
            cuts++;
            lost = lost();
            from = habit.givesCursor() ? cursor : begin;
            answer = proxy.call(pollRequest(max, from), null);
        }
        JsonNode polled = json(answer);
        List<String> got = take(polled.at("/messages"));
        if (habit.givesCursor()) {
            assertThat(got.subList(0, Math.min(got.size(), lost.size())))
                    .as("what the same cursor brings")
                    .isEqualTo(lost);
        }
        givenAgain += lost.size();
        if (habit.autoCommit() && !from.equals(begin)) {
            committed.putAll(before);
        }
        cursor = polled.at("/cursor").asString();
        return wasCut;
    }

    /** What the server had answered when the connection was cut. */
    private List<String> lost() {
        AnswerBytes answer = proxy.lost();
        if (answer == null) {
            return List.of();
        }
        lostWhole++;
        List<String> places = new ArrayList<>();
        json(answer).at("/messages").forEach(message -> places.add(place(message)));
        return places;
    }

    private List<String> take(JsonNode messages) {
        List<String> places = new ArrayList<>();
        for (JsonNode message : messages) {
            int partition = message.at("/partition").asInt();
            long offset = message.at("/offset").asLong();
            long expected = next.getOrDefault(partition, 0L);
            assertThat(offset).as("%s: lost before %s", this, place(message)).isLessThanOrEqualTo(expected);
            if (offset < expected) {
                repeated++;
                repeatedCommitted += offset < committed.getOrDefault(partition, 0L) ? 1 : 0;
            }
            next.put(partition, Math.max(expected, offset + 1));
            places.add(place(message));
        }
        return places;
    }

    private static String place(JsonNode message) {
        return message.at("/partition").asInt() + ":" + message.at("/offset").asLong();
    }

    /** Commits until there is an answer; whether the first try was cut. */
    private boolean commit(@Nullable Cut cut) {
        if (habit.autoCommit()) {
            return false;
        }
        AnswerBytes answer = proxy.call(commitRequest(), cut);
        boolean wasCut = answer == null;
        if (answer == null) {
            cuts++;
            lostWhole += proxy.lost() == null ? 0 : 1;
            answer = proxy.call(commitRequest(), null);
        }
        for (JsonNode place : json(answer).at("/offsets")) {
            committed.put(place.at("/partition").asInt(), place.at("/offset").asLong());
        }
        next.forEach((partition, offset) -> assertThat(committed.getOrDefault(partition, 0L))
                .as("%s: committed more than it got", this)
                .isLessThanOrEqualTo(offset));
        return wasCut;
    }

    private static JsonNode json(@Nullable AnswerBytes answer) {
        assertThat(answer).as("an answer to a call that is not cut").isNotNull();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return HttpTests.json(answer.body());
    }

    private String usualCursor() {
        return habit.givesCursor() ? cursor : "";
    }

    private String pollRequest(int max, String from) {
        return "GET %s&max=%d%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(polls, max, from.isEmpty() ? "" : "&cursor=" + from);
    }

    private String commitRequest() {
        String body = habit == Habit.CURSOR_COMMIT_CURSOR ? "{\"cursor\":\"%s\"}".formatted(cursor) : "";
        String type = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
        return "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(commits, type, body.length(), body);
    }

    @Override
    public String toString() {
        String name = habit.name().toLowerCase().replace('_', ' ') + ", " + end;
        return "%-28s %5d %14d %22d %9d %18d".formatted(name, cuts, lostWhole, givenAgain, repeated, repeatedCommitted);
    }
}
