package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.FetchPlan;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has as many files and connections open as it may refuses for now, and loses nothing. */
class OpenFilesTests {

    private static final TopicName ORDERS = new TopicName("orders");
    private static final TopicPartition PARTITION = new TopicPartition(ORDERS, 0);

    @TempDir
    Path root;

    private boolean exhausted;
    private final Disk disk = exhaustible(new FileDisk());
    private SegmentLogEngine engine;

    private Disk exhaustible(Disk files) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (exhausted && method.getName().equals("open")) {
                        throw new LogException.Unavailable("Too many open files", null);
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private void open() {
        engine = SegmentLogEngine.open(disk, root, "the test");
    }

    private void createTopic() {
        engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384")));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void append() {
        engine.append(PARTITION, List.of(new DraftRecord(1, null, ByteBuffer.allocate(5000), List.of())))
                .await();
    }

    private int records() {
        return engine.fetch(new FetchPlan(List.of(new Position(PARTITION, 0)), 1000, Long.MAX_VALUE))
                .recordCount();
    }

    @Test
    void anAppendToAFileThatCannotBeOpenedNowIsRefusedAndTheNextOneStored() {
        open();
        createTopic();
        append();
        engine.close();
        open();

        exhausted = true;
        assertThatThrownBy(this::append).isInstanceOf(LogException.Unavailable.class);
        assertThatThrownBy(this::records).isInstanceOf(LogException.Unavailable.class);
        exhausted = false;

        append();
        assertThat(records()).isEqualTo(2);
    }

    @Test
    void aSegmentThatCannotBeBegunNowIsBegunByTheNextAppend() {
        open();
        createTopic();
        append();
        append();
        append();

        exhausted = true;
        assertThatThrownBy(this::append).isInstanceOf(LogException.Unavailable.class);
        exhausted = false;

        append();
        append();
        assertThat(records()).isEqualTo(5);
        engine.close();
        open();
        assertThat(records()).isEqualTo(5);
    }
}
