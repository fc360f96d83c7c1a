package io.millrace.log.batch;

import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestMark;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What stands with the records of an append besides themselves.
 *
 * @param producer how their producer numbers them
 * @param requests the mark for a batch, by how many records of the append come up to its end
 */
public record BatchMarks(
        @Nullable ProducerStamp producer, @Nullable IntFunction<RequestMark> requests) {

    public static final BatchMarks NONE = new BatchMarks(null, null);

    @Nullable
    ProducerStamp producerAt(int record) {
        return producer == null
                ? null
                : new ProducerStamp(
                        producer.producerId(), producer.epoch(), ProducerStamp.plus(producer.sequence(), record));
    }

    @Nullable
    RequestMark requestUpTo(int record) {
        return requests == null ? null : requests.apply(record);
    }
}
