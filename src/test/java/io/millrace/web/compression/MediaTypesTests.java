package io.millrace.web.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/problem+json",
                "application/x-ndjson",
                "text/event-stream;charset=UTF-8",
                "text/plain",
                "application/x-protobuf",
                "image/svg+xml",
                "font/ttf"
            })
    void whatBecomesSmallerIsWorthIt(String type) {
        assertThat(MediaTypes.isCompressible(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "IMAGE/JPEG",
                "video/mp4",
                "audio/ogg; codecs=opus",
                "application/zip",
                "application/epub+zip",
                "application/octet-stream",
                "font/woff2"
            })
    void whatIsCompressedInItselfIsNot(String type) {
        assertThat(MediaTypes.isCompressible(type)).isFalse();
    }

    @Test
    void whatHasNoTypeIsNot() {
        assertThat(MediaTypes.isCompressible(null)).isFalse();
    }
}
