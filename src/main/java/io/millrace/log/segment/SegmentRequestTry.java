package io.millrace.log.segment;

import static java.util.Objects.requireNonNull;

import io.millrace.log.AppendTerms;
import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Remembered;
import io.millrace.log.RequestPart;
import io.millrace.log.RequestPart.Share;
import io.millrace.log.RequestProgress;
import io.millrace.log.RequestTry;
import io.millrace.log.batch.BatchMarks;
import io.millrace.record.Checkpoint;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A try of a request whose marks stand in the batches of each partition that it goes to. */
final class SegmentRequestTry implements RequestTry {

    private final SegmentTopics topics;
    private final TopicName topic;
    private final RequestProgress progress;
    private final Runnable end;

    SegmentRequestTry(SegmentTopics topics, TopicName topic, RequestId id, long nowMillis, Runnable end) {
        this.topics = topics;
        this.topic = topic;
        this.end = end;
        Map<Integer, Remembered> known = new HashMap<>();
        for (PartitionLog log : topics.logsOf(topic)) {
            Remembered remembered = log.request(id, nowMillis);
            if (remembered != null) {
                known.put(log.id().partition(), remembered);
            }
        }
        this.progress = new RequestProgress(id, nowMillis, known);
    }

    @Override
    public long timeMillis() {
        return progress.timeMillis();
    }

    @Override
    public int partitions(int now) {
        return progress.partitions(now);
    }

    @Override
    public void check(Checkpoint checkpoint) {
        progress.check(checkpoint);
    }

    @Override
    public boolean hasCheckpoint(long at) {
        return progress.hasCheckpoint(at);
    }

    @Override
    public void checkEnd(long messages) {
        progress.checkEnd(messages);
    }

    @Override
    public Map<Integer, LogEngine.Append> append(RequestPart part) {
        Map<Integer, LogEngine.Append> appends = new TreeMap<>();
        part.shares().forEach((partition, share) -> {
            PartitionLog log = topics.writableLog(new TopicPartition(topic, partition));
            appends.put(partition, append(log, part, share));
        });
        return appends;
    }

    private LogEngine.Append append(PartitionLog log, RequestPart part, Share share) {
        int partition = log.id().partition();
        Remembered known = progress.in(partition);
        Share rest = progress.rest(partition, share);
        List<Long> before = known == null ? List.of() : known.offsets();
        if (known != null && rest.records().isEmpty()) {
            return () -> {
                log.awaitReadable(known.end());
                return new Appended.Before(before);
            };
        }
        RequestMark mark = progress.mark(part, rest.upTo(rest.records().size()));
        BatchMarks marks = new BatchMarks(null, count -> mark.reaching(rest.upTo(count)));
        AppendTerms terms =
                part.terms().after(share.records().size() - rest.records().size());
        try {
            LogEngine.Append append = log.append(rest.records(), terms, marks);
            progress.put(partition, requireNonNull(log.request(mark.id(), mark.timeMillis())));
            return () -> Appended.behind(before, append.await(), rest.records().size());
        } catch (LogException failure) {
            // The other partitions are not to be held up, and another try goes on from here.
            return () -> {
                throw failure;
            };
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
