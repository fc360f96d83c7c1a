package io.millrace.log.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.Checkpoint;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCodecTests {

    private static final int HEADER_BYTES = 61;

    private final Random random = new Random(17);
    private final ScanMemory memory = new ScanMemory();

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void whateverIsWrittenIsRead(String compression) {
        for (int i = 0; i < 300; i++) {
            List<DraftRecord> drafts = drafts(1 + random.nextInt(20));
            List<StoredRecord> read = new ArrayList<>();
            for (EncodedBatch batch : new BatchWriter(compression).write(drafts)) {
                read.addAll(read(placed(batch, read.size()), 0));
            }
            assertThat(read).isEqualTo(stored(drafts));
        }
    }

    @Test
    void kafkaReadsWhatIsWritten() {
        for (int i = 0; i < 300; i++) {
            List<DraftRecord> drafts = drafts(1 + random.nextInt(20));
            List<StoredRecord> read = new ArrayList<>();
            for (EncodedBatch batch : new BatchWriter("producer").write(drafts)) {
                MemoryRecords records = MemoryRecords.readableRecords(placed(batch, read.size()));
                records.batches().forEach(RecordBatch::ensureValid);
                records.records().forEach(record -> read.add(stored(record)));
            }
            assertThat(read).isEqualTo(stored(drafts));
        }
    }

    @Test
    void aRecordBeforeTheOffsetAskedForIsPassedOver() {
        ByteBuffer batch = placed(new BatchWriter("producer").write(drafts(10)).getFirst(), 100);
        assertThat(read(batch, 104))
                .extracting(StoredRecord::offset)
                .containsExactly(104L, 105L, 106L, 107L, 108L, 109L);
    }

    @Test
    void whoeverHasEnoughGetsNoMore() {
        ByteBuffer batch = placed(new BatchWriter("producer").write(drafts(10)).getFirst(), 0);
        List<StoredRecord> taken = new ArrayList<>();
        boolean all = BatchView.at(batch, 0, memory).forEachRecord(0, record -> taken.size() < 3 && taken.add(record));
        assertThat(all).isFalse();
        assertThat(taken).hasSize(3);
    }

    @Test
    void theMarkOfARequestIsNotShownAsAHeader() {
        RequestMark mark = new RequestMark(new RequestId(1, 2), 3, 4, 5, new Checkpoint(6, 7), true);
        List<DraftRecord> drafts = drafts(5);
        EncodedBatch batch = new BatchWriter("producer")
                .write(drafts, new BatchMarks(null, _ -> mark))
                .getFirst();
        assertThat(read(placed(batch, 0), 0)).isEqualTo(stored(drafts));
        assertThat(BatchView.at(placed(batch, 0), 0, memory).mark()).isEqualTo(mark);
    }

    @Test
    void aTimeThatTheBrokerSetIsThatOfAllRecords() {
        MemoryRecords records = MemoryRecords.withRecords(
                RecordBatch.MAGIC_VALUE_V2,
                0,
                Compression.NONE,
                TimestampType.LOG_APPEND_TIME,
                new SimpleRecord(1, new byte[1]),
                new SimpleRecord(2, new byte[1]));
        ByteBuffer batch = records.buffer();
        records.batches().iterator().next().setMaxTimestamp(TimestampType.LOG_APPEND_TIME, 77);
        assertThat(read(batch, 0)).extracting(StoredRecord::timestamp).containsExactly(77L, 77L);
    }

    @Test
    void aFlippedBitIsNoticed() {
        ByteBuffer batch = placed(new BatchWriter("producer").write(drafts(3)).getFirst(), 0);
        int at = HEADER_BYTES + random.nextInt(batch.limit() - HEADER_BYTES);
        batch.put(at, (byte) (batch.get(at) ^ 1));
        assertThatThrownBy(() -> read(batch, 0)).isInstanceOf(CorruptBatchException.class);
    }

    @Test
    void lengthsThatCannotBeTrueAreNoticedThoughTheChecksumFits() {
        ByteBuffer batch = placed(new BatchWriter("producer").write(drafts(3)).getFirst(), 0);
        Arrays.fill(
                batch.array(), batch.arrayOffset() + HEADER_BYTES, batch.arrayOffset() + batch.limit(), (byte) 0xFE);
        CRC32C checksum = new CRC32C();
        checksum.update(batch.slice(21, batch.limit() - 21));
        batch.putInt(17, (int) checksum.getValue());
        assertThatThrownBy(() -> read(batch, 0)).isInstanceOf(CorruptBatchException.class);
    }

    private static ByteBuffer placed(EncodedBatch batch, long baseOffset) {
        batch.place(baseOffset);
        return batch.bytes();
    }

    private List<StoredRecord> read(ByteBuffer batch, long from) {
        List<StoredRecord> read = new ArrayList<>();
        // As it lies in a chunk: between other bytes.
        ByteBuffer chunk = ByteBuffer.allocate(batch.remaining() + 20).put(7, batch, 0, batch.remaining());
        assertThat(BatchView.sizeAt(chunk, 7)).isEqualTo(batch.remaining());
        BatchView.at(chunk, 7, memory).forEachRecord(from, read::add);
        return read;
    }

    private List<DraftRecord> drafts(int count) {
        List<DraftRecord> drafts = new ArrayList<>();
        List<RecordHeader> headers = headers();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(3) == 0) {
                headers = headers();
            }
            long timestamp = random.nextInt(5) == 0 ? random.nextLong(1L << 50) : 1_700_000_000_000L + i;
            drafts.add(new DraftRecord(timestamp, bytes(300), bytes(3000), headers));
        }
        return drafts;
    }

    private List<RecordHeader> headers() {
        List<RecordHeader> headers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.add(new RecordHeader(random.nextBoolean() ? "content-type" : "nämé-" + i, bytes(200)));
        }
        return headers;
    }

    private ByteBuffer bytes(int bound) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        byte[] bytes = new byte[random.nextInt(bound)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static List<StoredRecord> stored(List<DraftRecord> drafts) {
        List<StoredRecord> stored = new ArrayList<>();
        for (DraftRecord draft : drafts) {
            stored.add(new StoredRecord(stored.size(), draft.timestamp(), draft.key(), draft.value(), draft.headers()));
        }
        return stored;
    }

    private static StoredRecord stored(Record record) {
        List<RecordHeader> headers = Arrays.stream(record.headers())
                .map(header ->
                        new RecordHeader(header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())))
                .toList();
        return new StoredRecord(record.offset(), record.timestamp(), record.key(), record.value(), headers);
    }
}
