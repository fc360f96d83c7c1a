package io.millrace.group;

import io.millrace.consume.LongPoll;
import io.millrace.consume.Poll;
import io.millrace.consume.WaitingPolls;
import io.millrace.log.LocalShards;
import io.millrace.log.LogEngine;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.CrashingDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.ManualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A server without HTTP: a log on a disk in memory, the coordinator, and a clock in the test's hand. */
final class GroupFixture {

    static final GroupName GROUP = new GroupName("billing");
    static final TopicName ORDERS = new TopicName("orders");

    final ManualTime time = new ManualTime();
    final CrashingDisk disk = new CrashingDisk();
    final Random random = new Random(11);
    GroupSettings settings = new GroupSettings(2, 100, 10, Duration.ofDays(7));
    SegmentLogEngine log;
    GroupCoordinator groups;
    GroupPolls polls;
    WaitingPolls waiting;

    GroupFixture() {
        start();
    }

    void start() {
        log = SegmentLogEngine.open(disk, Path.of("/data"), "the test");
        groups = new GroupCoordinator(
                log, new LocalShards(log), OutsideOffsets.NONE, time, time, Runnable::run, random, settings);
        waiting = new WaitingPolls(100);
        polls = new GroupPolls(groups, new LongPoll.Waiting(log, time, time, Runnable::run, waiting));
    }

    /** Ends the process as kill -9 does, and starts it again. */
    void killAndStart() {
        time.close();
        disk.kill();
        start();
    }

    void topic(TopicName name, int partitions) {
        log.createTopic(name, partitions, TopicSettings.DEFAULTS);
    }

    static TopicPartition orders(int partition) {
        return new TopicPartition(ORDERS, partition);
    }

    /** Appends messages "p0", "p1", ... counting on in each partition. */
    void produce(int partition, int count) {
        for (int i = 0; i < count; i++) {
            String value = "v" + log.offsets(orders(partition)).highWatermark();
            DraftRecord draft = new DraftRecord(
                    time.millis(), null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)), List.of());
            LogEngine.Append append = log.append(orders(partition), List.of(draft));
            append.await();
        }
    }

    static Subscription subscription() {
        return new Subscription(
                List.of(ORDERS),
                null,
                AutoOffsetReset.EARLIEST,
                Duration.ofSeconds(45),
                Duration.ofSeconds(60),
                Assignor.COOPERATIVE_STICKY,
                false);
    }

    static Subscription with(AutoOffsetReset reset) {
        Subscription s = subscription();
        return new Subscription(s.topics(), null, reset, s.sessionTimeout(), s.rebalanceTimeout(), s.assignor(), false);
    }

    static Subscription instance(String id) {
        Subscription s = subscription();
        return new Subscription(
                s.topics(), id, s.autoOffsetReset(), s.sessionTimeout(), s.rebalanceTimeout(), s.assignor(), false);
    }

    static Subscription autoCommit() {
        Subscription s = subscription();
        return new Subscription(
                s.topics(), null, s.autoOffsetReset(), s.sessionTimeout(), s.rebalanceTimeout(), s.assignor(), true);
    }

    ConsumerView join(String consumer) {
        return groups.subscribe(GROUP, consumer, subscription());
    }

    GroupPoll begin(String consumer, Duration wait) {
        return polls.begin(GROUP, consumer, 1000, 1 << 20, wait, null);
    }

    /** Polls without waiting, and takes the answer. */
    Delivery poll(String consumer) {
        Delivery delivery = begin(consumer, Duration.ZERO).tryNow(Duration.ZERO);
        delivery.confirm();
        return delivery;
    }

    Delivery poll(String consumer, int max, String cursor) {
        Delivery delivery = polls.begin(GROUP, consumer, max, 1 << 20, Duration.ZERO, cursor)
                .tryNow(Duration.ZERO);
        delivery.confirm();
        return delivery;
    }

    List<Position> commit(String consumer) {
        return groups.commit(GROUP, consumer, new CommitRequest.Delivered()).places();
    }

    List<TopicPartition> assignment(String consumer) {
        return groups.consumer(GROUP, consumer).assignment();
    }

    /** The messages of an answer as partition:offset, in order. */
    static List<String> places(Delivery delivery) {
        List<String> places = new ArrayList<>();
        delivery.partitions()
                .forEach(p -> p.records().forEach(r -> places.add(p.partition().partition() + ":" + r.offset())));
        return places;
    }

    /** A poll that waits, with what became of it. */
    static final class Waiter implements Poll.Listener<Delivery> {
        Delivery answer;
        RuntimeException failure;

        @Override
        public void answered(Delivery delivery) {
            answer = delivery;
        }

        @Override
        public void failed(RuntimeException reason) {
            failure = reason;
        }
    }

    Waiter wait(String consumer, Duration wait) {
        GroupPoll poll = begin(consumer, wait);
        Waiter waiter = new Waiter();
        waiter.answer = poll.tryNow(Duration.ZERO);
        if (waiter.answer == null) {
            poll.await(waiter);
        }
        return waiter;
    }
}
