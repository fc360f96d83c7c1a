package io.millrace.web.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ContentCoding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTests {

    private static final List<ContentCoding> BOTH = List.of(ContentCoding.ZSTD, ContentCoding.GZIP);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | GZIP",
                "GZip | GZIP",
                "x-gzip | GZIP",
                "zstd | ZSTD",
                "gzip, deflate, br, zstd | ZSTD",
                "gzip;q=1.0, zstd;q=0.5 | GZIP",
                "gzip ; q=0.2 , zstd ; Q=0.1 | GZIP",
                "zstd;q=0, * | GZIP",
                "* | ZSTD",
                "gzip;q=0.5, *;q=0.9 | ZSTD",
                "identity;q=0.5, gzip;q=0.5 | GZIP",
                "identity;q=0, gzip | GZIP",
                "br;q=1, gzip;q=0.001 | GZIP",
                "gzip, zstd;q=much | GZIP",
                "gzip, zstd;q=2 | GZIP",
                ",, gzip ,, | GZIP"
            })
    void theCodingThatIsLikedBestIsTaken(String header, ContentCoding coding) {
        assertThat(AcceptEncoding.choose(header, BOTH)).isEqualTo(coding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "br, deflate",
                "gzip;q=0",
                "gzip;q=0.000, zstd;q=0",
                "*;q=0",
                "identity, gzip;q=0.5",
                "identity;q=1, *;q=0.3",
                "gzip;level=9",
                "gzip;q",
                "gzipped"
            })
    void whoAsksForNoneThatIsOfferedGetsTheAnswerAsItIs(String header) {
        assertThat(AcceptEncoding.choose(header, BOTH)).isNull();
    }

    @Test
    void whoDoesNotAskGetsTheAnswerAsItIs() {
        assertThat(AcceptEncoding.choose(null, BOTH)).isNull();
    }

    @Test
    void ofTwoThatAreLikedAlikeTheFirstOfferedIsTaken() {
        assertThat(AcceptEncoding.choose("zstd, gzip", List.of(ContentCoding.GZIP, ContentCoding.ZSTD)))
                .isEqualTo(ContentCoding.GZIP);
    }

    @Test
    void whatIsNotOfferedIsNotTaken() {
        assertThat(AcceptEncoding.choose("zstd, gzip;q=0.1", List.of(ContentCoding.GZIP)))
                .isEqualTo(ContentCoding.GZIP);
    }
}
