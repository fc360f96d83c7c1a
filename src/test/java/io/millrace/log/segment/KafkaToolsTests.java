package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format is Kafka's only if Kafka's own tool says so. */
class KafkaToolsTests {

    private static final TopicName TOPIC = new TopicName("orders");

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "zstd", "gzip", "lz4", "snappy"})
    void dumpLogSegmentsReadsEverySegmentAndIndexWithoutComplaint(String compression) throws Exception {
        SegmentLogEngine engine = SegmentLogEngine.open(new FileDisk(), root, "the test");
        engine.createTopic(
                TOPIC,
                1,
                TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "compression.type", compression)));
        for (int i = 0; i < 200; i++) {
            engine.append(new TopicPartition(TOPIC, 0), records(i)).await();
        }
        engine.close();

        List<Path> files;
        try (Stream<Path> stream = Files.list(root.resolve("orders-0"))) {
            files = stream.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(6);
        String dump = dump(String.join(",", files.stream().map(Path::toString).toList()));
        assertThat(dump)
                .contains("Dumping")
                .contains("isvalid: true")
                .contains("headerKeys: [h]")
                .doesNotContain("isvalid: false")
                .doesNotContainIgnoringCase("mismatch")
                // The tool compares a segment's first offset with -1, and so complains of each that does not begin at
                // 0.
                .doesNotContainPattern("(?m)^\\s*\\d+ is followed by")
                .doesNotContainIgnoringCase("out of order")
                .doesNotContainIgnoringCase("not found")
                .doesNotContainIgnoringCase("invalid bytes")
                .doesNotContainIgnoringCase("exception");
    }

    private static List<DraftRecord> records(int number) {
        return IntStream.range(0, 1 + number % 3)
                .mapToObj(i -> new DraftRecord(
                        1_700_000_000_000L + number * 10L - i,
                        bytes("key-" + i),
                        number % 2 == 0 ? randomBytes(number) : bytes("value ".repeat(1 + number)),
                        List.of(RecordHeader.text("h", "v"))))
                .toList();
    }

    private static ByteBuffer randomBytes(int seed) {
        byte[] bytes = new byte[seed * 13 % 1500];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String dump(String files) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        "target/kafka-tools/*",
                        "org.apache.kafka.tools.DumpLogSegments",
                        "--files",
                        files,
                        "--deep-iteration")
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }
}
