package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.RequestPart.Share;
import io.millrace.record.Checkpoint;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every engine must do with requests that are stored only once. */
public abstract class OnceContract extends AlterationContract {

    protected static final RequestId REQUEST = RequestId.of("a token");
    protected static final long NOW = 1_000_000;
    private static final Checkpoint WHOLE = Checkpoint.whole(77);

    protected static Share share(long firstNumber, DraftRecord... records) {
        return new Share(
                List.of(records),
                LongStream.range(firstNumber, firstNumber + records.length)
                        .boxed()
                        .toList());
    }

    protected static RequestPart part(Map<Integer, Share> shares, Checkpoint checkpoint, boolean keepsOffsets) {
        return new RequestPart(shares, 2, checkpoint, keepsOffsets, AppendTerms.NONE);
    }

    /** Begins a try, as soon as the engine takes some. */
    protected RequestTry tryOnce(RequestId id, long nowMillis) {
        return engine.tryOnce(ORDERS, id, nowMillis);
    }

    private static RequestPart whole(Map<Integer, Share> shares) {
        return part(shares, WHOLE, true);
    }

    /** Tries to store two messages in partition 0 and one in partition 1. */
    protected Map<Integer, Appended> tryThree(RequestId id, long nowMillis) {
        try (RequestTry attempt = tryOnce(id, nowMillis)) {
            attempt.check(WHOLE);
            return await(attempt.append(whole(Map.of(
                    0, share(0, draft(attempt.timeMillis(), "k", "a"), draft(attempt.timeMillis(), "k", "b")),
                    1, share(2, draft(attempt.timeMillis(), "l", "c"))))));
        }
    }

    protected static Map<Integer, Appended> await(Map<Integer, LogEngine.Append> appends) {
        Map<Integer, Appended> all = new TreeMap<>();
        appends.forEach((partition, append) -> all.put(partition, append.await()));
        return all;
    }

    @Test
    void aRequestThatIsTriedAgainIsStoredOnceAndAnsweredTheSame() {
        createOrders();
        append(ORDERS_0, draft(1, null, "before"));
        Map<Integer, Appended> first = tryThree(REQUEST, NOW);
        append(ORDERS_0, draft(1, null, "after"));
        Map<Integer, Appended> second = tryThree(REQUEST, NOW + 5000);
        assertThat(values(ORDERS_0)).containsExactly("before", "a", "b", "after");
        assertThat(values(ORDERS_1)).containsExactly("c");
        assertThat(first.values()).noneMatch(Appended::isRepeat);
        assertThat(second.values()).allMatch(Appended::isRepeat);
        for (int i = 0; i < 2; i++) {
            assertThat(second.get(0).offset(i)).isEqualTo(first.get(0).offset(i));
        }
        assertThat(second.get(1).offset(0)).isEqualTo(first.get(1).offset(0));
    }

    @Test
    void aRetryLearnsTheTimeAndThePartitionsOfTheFirstTry() {
        createOrders();
        tryThree(REQUEST, NOW);
        engine.alterTopic(ORDERS, 4, TopicSettings.DEFAULTS);
        try (RequestTry retry = tryOnce(REQUEST, NOW + 5000)) {
            assertThat(retry.timeMillis()).isEqualTo(NOW);
            assertThat(retry.partitions(4)).isEqualTo(2);
        }
    }

    @Test
    void requestsOfOtherNamesAndToOtherTopicsAreOthers() {
        createOrders();
        tryThree(REQUEST, NOW);
        assertThat(tryThree(RequestId.of("another"), NOW).values()).noneMatch(Appended::isRepeat);
        assertThat(values(ORDERS_1)).containsExactly("c", "c");
    }

    @Test
    void anotherRequestUnderTheSameNameIsRefused() {
        createOrders();
        tryThree(REQUEST, NOW);
        try (RequestTry attempt = tryOnce(REQUEST, NOW)) {
            assertThatThrownBy(() -> attempt.check(Checkpoint.whole(78)))
                    .isInstanceOf(LogException.RequestReused.class);
        }
        assertThat(values(ORDERS_0)).containsExactly("a", "b");
    }

    @Test
    void aRequestIsForgottenAfterItsTime() {
        createOrders();
        tryThree(REQUEST, NOW);
        long later = NOW + RequestSettings.DEFAULTS.window().toMillis();
        assertThat(tryThree(REQUEST, later).get(0).isRepeat()).isTrue();
        assertThat(tryThree(REQUEST, later + 1).get(0).isRepeat()).isFalse();
    }

    @Test
    void tryingAtTheSameTimeStoresOnce() throws Exception {
        createOrders();
        AtomicInteger repeats = new AtomicInteger();
        List<CompletableFuture<Void>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tries.add(CompletableFuture.runAsync(() -> {
                if (tryThree(REQUEST, NOW).get(0).isRepeat()) {
                    repeats.incrementAndGet();
                }
            }));
        }
        for (CompletableFuture<Void> one : tries) {
            one.get();
        }
        assertThat(repeats).hasValue(7);
        assertThat(values(ORDERS_0)).containsExactly("a", "b");
    }

    @Test
    void aRequestThatComesInPartsGoesOnWhereItStopped() {
        createOrders();
        try (RequestTry first = tryOnce(REQUEST, NOW)) {
            await(first.append(part(
                    Map.of(0, share(0, draft(1, null, "0"), draft(1, null, "1"))), new Checkpoint(2, 5), false)));
            await(first.append(part(Map.of(0, share(2, draft(1, null, "2"))), new Checkpoint(3, 6), false)));
        }
        try (RequestTry retry = tryOnce(REQUEST, NOW + 1)) {
            assertThat(retry.hasCheckpoint(3)).isTrue();
            retry.check(new Checkpoint(3, 6));
            DraftRecord[] all =
                    IntStream.range(0, 5).mapToObj(i -> draft(1, null, "" + i)).toArray(DraftRecord[]::new);
            await(retry.append(part(Map.of(0, share(0, all)), new Checkpoint(5, 8), false)));
            retry.checkEnd(5);
        }
        assertThat(values(ORDERS_0)).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void aRequestInPartsThatDiffersIsRefused() {
        createOrders();
        try (RequestTry first = tryOnce(REQUEST, NOW)) {
            await(first.append(part(Map.of(0, share(0, draft(1, null, "0"))), new Checkpoint(1, 5), false)));
        }
        try (RequestTry retry = tryOnce(REQUEST, NOW)) {
            assertThatThrownBy(() -> retry.check(new Checkpoint(1, 6))).isInstanceOf(LogException.RequestReused.class);
            assertThatThrownBy(() -> retry.check(WHOLE)).isInstanceOf(LogException.RequestReused.class);
            assertThatThrownBy(() -> retry.checkEnd(0)).isInstanceOf(LogException.RequestReused.class);
        }
    }

    @Test
    void whatMarksARequestIsShownToNobody() {
        createOrders();
        try (RequestTry attempt = tryOnce(REQUEST, NOW)) {
            await(attempt.append(whole(Map.of(
                    0, share(0, draft(1, "k", "a", RecordHeader.text("h", "v")), draft(1, "k", "b"))))));
        }
        assertThat(readAll(ORDERS_0)).extracting(r -> r.headers().size()).containsExactly(1, 0);
    }

    @Test
    void anEmptyTopicKnowsNoRequest() {
        try (RequestTry attempt = tryOnce(REQUEST, NOW)) {
            assertThat(attempt.timeMillis()).isEqualTo(NOW);
            assertThat(attempt.partitions(3)).isEqualTo(3);
            attempt.check(WHOLE);
        }
    }
}
