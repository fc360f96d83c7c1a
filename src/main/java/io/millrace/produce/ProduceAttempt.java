package io.millrace.produce;

import io.millrace.log.AppendTerms;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.RequestPart;
import io.millrace.log.RequestTry;
import io.millrace.log.Topic;
import io.millrace.record.Checkpoint;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One try to store the messages of a request on its terms. Where it is to be stored only once, no other try of it begins while
 * this one is open. For one thread.
 */
public final class ProduceAttempt implements AutoCloseable {

    /** Of a request that is stored only once, so many messages without key or partition go to one partition. */
    private static final int STICKY_MESSAGES = 1000;

    private final LogEngine log;
    private final IntUnaryOperator random;
    private final long nowMillis;
    private final @Nullable RequestId id;
    private final @Nullable RequestTry once;
    private AppendTerms terms;
    private Checkpoint content = Checkpoint.whole(0);

    ProduceAttempt(
            LogEngine log, ProduceTerms terms, IntUnaryOperator random, long nowMillis, @Nullable RequestTry once) {
        this.log = log;
        this.terms = terms.append();
        this.random = random;
        this.nowMillis = nowMillis;
        this.id = terms.request();
        this.once = once;
    }

    /** The time that messages get which have none of their own: always that of the first try that stored something. */
    public long timeMillis() {
        return once == null ? nowMillis : once.timeMillis();
    }

    /** Whether the request is to be stored only once, so that it matters what it holds. */
    public boolean isOnce() {
        return once != null;
    }

    /**
     * Compares all of a request with earlier ones of its name; to be called before it is stored.
     *
     * @param digest 64 bits of the digest of all that makes it what it is
     * @throws LogException.RequestReused if one of those was another request
     */
    public void check(long digest) {
        check(Checkpoint.whole(digest));
    }

    /** The same, up to a message of it. */
    void check(Checkpoint checkpoint) {
        if (once != null) {
            content = checkpoint;
            once.check(checkpoint);
        }
    }

    /** Whether earlier tries of the request tell what it must be like up to that message. */
    boolean hasCheckpoint(long at) {
        return once != null && once.hasCheckpoint(at);
    }

    /** The same, at the end of a request of which that was not known before. */
    void checkEnd(long messages) {
        if (once != null) {
            once.checkEnd(messages);
        }
    }

    /** Whether there is nothing to heed. */
    boolean isPlain() {
        return once == null && !needsOnePartition();
    }

    /** Whether there are terms that are about one partition. */
    boolean needsOnePartition() {
        return !terms.equals(AppendTerms.NONE);
    }

    int partitions(int now) {
        return once == null ? now : once.partitions(now);
    }

    /**
     * What chooses the partition of messages without key from a message of that number on; each try of a request that is stored
     * only once chooses the same.
     */
    IntUnaryOperator choice(long number) {
        RequestId request = id;
        return request == null
                ? random
                : bound -> (int) Math.floorMod(request.low() + number / STICKY_MESSAGES, (long) bound);
    }

    /** Whether with the message of that number another choice begins. */
    boolean choosesAnewAt(long number) {
        return once != null && number % STICKY_MESSAGES == 0;
    }

    /**
     * Begins to append what goes to each partition.
     *
     * @param partitions by how many partitions the messages were placed
     * @param keepsOffsets whether another try is to learn the offset of each message
     * @return what to wait for, by partition
     */
    Map<Integer, LogEngine.Append> append(
            Topic topic, Map<Integer, RequestPart.Share> shares, int partitions, boolean keepsOffsets) {
        if (once != null) {
            return once.append(new RequestPart(shares, partitions, content, keepsOffsets, terms));
        }
        Map<Integer, LogEngine.Append> appends = new TreeMap<>();
        shares.forEach((partition, share) -> {
            appends.put(partition, begin(topic, partition, share.records()));
            terms = terms.after(share.records().size());
        });
        return appends;
    }

    private LogEngine.Append begin(Topic topic, int partition, List<DraftRecord> records) {
        try {
            return log.append(topic.partition(partition), records, terms);
        } catch (LogException failure) {
            // Those of other partitions are stored nonetheless.
            return () -> {
                throw failure;
            };
        }
    }

    @Override
    public void close() {
        if (once != null) {
            once.close();
        }
    }
}
