package io.millrace.log.kafka;

import io.millrace.log.Remembered;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * What is remembered of a request in a partition, as a record.
 *
 * <pre>
 * key    request id (16), id of the topic (16), partition (4)
 * value  mark (54), end (8), each run: base offset (8), count (4)
 * </pre>
 */
final class KafkaRequestCodec {

    private static final int KEY_BYTES = 36;
    private static final int RUN_BYTES = 12;

    private KafkaRequestCodec() {}

    static byte[] bytes(KafkaRequestShard.Key key) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putLong(key.id().high())
                .putLong(key.id().low())
                .putLong(key.topic().getMostSignificantBits())
                .putLong(key.topic().getLeastSignificantBits())
                .putInt(key.partition())
                .array();
    }

    static KafkaRequestShard.Key key(ByteBuffer record) {
        ByteBuffer bytes = record.duplicate();
        RequestId id = new RequestId(bytes.getLong(), bytes.getLong());
        Uuid topic = new Uuid(bytes.getLong(), bytes.getLong());
        return new KafkaRequestShard.Key(topic, id, bytes.getInt());
    }

    static byte[] bytes(Remembered remembered) {
        ByteBuffer bytes = ByteBuffer.allocate(
                RequestMark.BYTES + Long.BYTES + RUN_BYTES * remembered.runs().size());
        remembered.mark().write(bytes);
        bytes.putLong(remembered.end());
        remembered.runs().forEach(run -> bytes.putLong(run.baseOffset()).putInt(run.count()));
        return bytes.array();
    }

    static Remembered remembered(ByteBuffer record) {
        ByteBuffer bytes = record.duplicate();
        RequestMark mark = RequestMark.read(bytes);
        if (mark == null) {
            throw new IllegalStateException("A later version of Millrace has written what is remembered of requests");
        }
        long end = bytes.getLong();
        List<Remembered.Run> runs = new ArrayList<>();
        while (bytes.hasRemaining()) {
            runs.add(new Remembered.Run(bytes.getLong(), bytes.getInt()));
        }
        return new Remembered(mark, List.copyOf(runs), end);
    }
}
