package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AppendTerms;
import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.RequestPart;
import io.millrace.log.RequestPart.Share;
import io.millrace.log.RequestTry;
import io.millrace.log.TopicSettings;
import io.millrace.record.Checkpoint;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are tried again after the power went are stored once, wherever it went. */
class RequestMemoryCrashTests extends CrashFixture {

    /** A request with records for two partitions, and the offsets that it was told. */
    private record Request(RequestId id, Map<Integer, Share> shares, Map<Integer, List<Long>> told) {}

    private static Request request(RandomGenerator random, int number) {
        Map<Integer, Share> shares = new TreeMap<>();
        for (int partition = 0; partition < 2; partition++) {
            int count = random.nextInt(4);
            if (count > 0) {
                List<DraftRecord> records = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    records.add(record(random, number));
                }
                shares.put(
                        partition,
                        new Share(records, LongStream.range(0, count).boxed().toList()));
            }
        }
        return new Request(RequestId.of("request " + number), shares, new TreeMap<>());
    }

    private void send(Request request, boolean await) {
        try (RequestTry attempt = engine.tryOnce(TOPIC, request.id(), 1)) {
            attempt.check(Checkpoint.whole(7));
            Map<Integer, LogEngine.Append> appends =
                    attempt.append(new RequestPart(request.shares(), 2, Checkpoint.whole(7), true, AppendTerms.NONE));
            if (await) {
                appends.forEach((partition, append) -> tell(request, partition, append.await()));
            }
        }
    }

    private static void tell(Request request, int partition, Appended appended) {
        List<Long> offsets = LongStream.range(
                        0, request.shares().get(partition).records().size())
                .map(i -> appended.offset((int) i))
                .boxed()
                .toList();
        List<Long> before = request.told().putIfAbsent(partition, offsets);
        assertThat(before == null || before.equals(offsets)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void eachRequestIsStoredOnceAndAlwaysAnsweredTheSame(int seed) {
        RandomGenerator random = new Random(seed);
        engine.createTopic(TOPIC, 2, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384")));
        List<Request> sent = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int n = random.nextInt(10); n > 0; n--) {
                Request request = request(random, sent.size());
                sent.add(request);
                send(request, true);
                if (random.nextInt(4) == 0) {
                    engine.checkpoint();
                }
                if (random.nextInt(3) == 0) {
                    send(sent.get(random.nextInt(sent.size())), true);
                }
            }
            Request cut = request(random, sent.size());
            sent.add(cut);
            send(cut, false);
            if (random.nextInt(3) == 0) {
                engine.close();
            }
            disk.cutPower(random);
            engine = open();
            send(cut, true);
            sent.forEach(request -> send(request, true));
        }
        for (int partition = 0; partition < 2; partition++) {
            int expected = 0;
            for (Request request : sent) {
                Share share = request.shares().get(partition);
                expected += share == null ? 0 : share.records().size();
            }
            assertThat(engine.offsets(new TopicPartition(TOPIC, partition)).highWatermark())
                    .isEqualTo(expected);
        }
    }
}
