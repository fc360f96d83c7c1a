package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class MillracePropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(PropertiesConfiguration.class);

    @Test
    void everySettingHasADefault() {
        with(properties -> {
            assertThat(properties.dataDir()).isEqualTo(Path.of("data"));
            assertThat(properties.listener().address().getHostAddress()).isEqualTo("127.0.0.1");
            assertThat(properties.listener().port()).isEqualTo(8080);
            assertThat(properties.listener().compression()).containsExactly(ContentCoding.ZSTD, ContentCoding.GZIP);
            assertThat(properties.listener().compressionMinBytes()).isEqualTo(DataSize.ofKilobytes(1));
            assertThat(properties.topics().autoCreate()).isTrue();
            assertThat(properties.topics().defaultPartitions()).isEqualTo(3);
            assertThat(properties.topics().defaults()).isEmpty();
            assertThat(properties.groups().sessionTimeout()).isEqualTo(Duration.ofSeconds(45));
            assertThat(properties.groups().rebalanceTimeout()).isEqualTo(Duration.ofSeconds(60));
            assertThat(properties.log().checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.limits().maxMessageBytes()).isEqualTo(DataSize.ofMegabytes(1));
        });
    }

    @Test
    void answersAreNotCompressedWhereNoCodingIsSet() {
        with(properties -> assertThat(properties.listener().compression()).isEmpty(), "millrace.listener.compression=");
    }

    @Test
    void pollsMayWaitThatTheProcessCanBearUnlessSet() {
        long inHalfOfTheHeap = Runtime.getRuntime().maxMemory() / 2 / (92 * 1024);
        with(properties -> assertThat(properties.limits().waitingPolls())
                .isPositive()
                .isLessThanOrEqualTo((int) Math.min(20_000, inHalfOfTheHeap)));
        with(
                properties -> assertThat(properties.limits().waitingPolls()).isEqualTo(30_000),
                "millrace.limits.max-waiting-polls=30000");
    }

    @Test
    void bytesInFlightAreAQuarterOfTheHeapUnlessSet() {
        with(properties -> assertThat(properties.limits().bytesInFlight())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 4));
        with(
                properties -> assertThat(properties.limits().bytesInFlight()).isEqualTo(8 * 1024 * 1024),
                "millrace.limits.max-bytes-in-flight=8MB");
    }

    @Test
    void topicDefaultsKeepKafkasDottedNames() {
        with(
                properties -> assertThat(properties.topics().defaults())
                        .containsEntry("retention.ms", "1000")
                        .containsEntry("cleanup.policy", "compact"),
                "millrace.topics.defaults.retention.ms=1000",
                "millrace.topics.defaults.cleanup.policy=compact");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "millrace.listener.port=65536",
                "millrace.listener.compression=rar",
                "millrace.listener.compression-min-bytes=0B",
                "millrace.listener.address=not an address",
                "millrace.topics.default-partitions=0",
                "millrace.topics.auto-create=perhaps",
                "millrace.groups.session-timeout=0s",
                "millrace.groups.journal-partitions=0",
                "millrace.log.checkpoint-interval=1ms",
                "millrace.limits.max-message-bytes=0B",
                "millrace.limits.max-request-bytes=2GB",
                "millrace.limits.max-poll-wait=-1s",
                "millrace.limits.max-topics=many",
                "millrace.limits.max-topisc=7",
                "millrace.limits.max-bytes-in-flight=0B"
            })
    void aWrongValueStopsTheStartAndNamesTheSetting(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        runner.withPropertyValues(setting).run(context -> {
            assertThat(context).hasFailed();
            StringWriter trace = new StringWriter();
            context.getStartupFailure().printStackTrace(new PrintWriter(trace));
            // Boot names what it cannot convert as it is written, and what is out of range as Java spells it.
            assertThat(trace.toString().replace("-", "")).containsIgnoringCase(name.replace("-", ""));
        });
    }

    private void with(Consumer<MillraceProperties> assertion, String... settings) {
        runner.withPropertyValues(settings).run(context -> {
            assertThat(context).hasNotFailed();
            assertion.accept(context.getBean(MillraceProperties.class));
        });
    }
}
