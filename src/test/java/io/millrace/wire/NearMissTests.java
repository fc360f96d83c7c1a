package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearMissTests {

    private static final List<String> FIELDS = List.of("key", "keyBase64", "value", "contentType", "partition");

    @ParameterizedTest
    @CsvSource({
        "partitoin, partition",
        "Partition, partition",
        "content_type, contentType",
        "Content-Type, contentType",
        "keybase64, keyBase64",
        "vaule, value",
        "values, value",
        "kye, key"
    })
    void aMisspeltNameIsRecognised(String given, String meant) {
        assertThat(NearMiss.of(given, FIELDS)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "colour", "xyz", "partitionpartition"})
    void aDifferentNameIsNot(String given) {
        assertThat(NearMiss.of(given, FIELDS)).isEmpty();
    }
}
