package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Tests {

    /** The ends of the ranges that the rules speak of, and their neighbours. */
    private static final int[] EDGES = {
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
        0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
    };

    private static boolean javaAgrees(byte[] bytes) {
        return !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length), true)
                .isError();
    }

    @Test
    void everySequenceAtTheEdgesIsJudgedAsJavaDoes() {
        int count = EDGES.length * EDGES.length * EDGES.length * EDGES.length;
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[4];
            for (int k = 0, rest = i; k < 4; k++, rest /= EDGES.length) {
                bytes[k] = (byte) EDGES[rest % EDGES.length];
            }
            boolean expected = javaAgrees(bytes);
            if (Utf8.isValid(bytes, 0, 4) != expected) {
                fail("%s is %s", HexFormat.of().formatHex(bytes), expected ? "valid" : "not valid");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedTextIsJudgedAsJavaDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = Wire.bytes(RandomJson.text(random));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(javaAgrees(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31})
    void theFirstWrongByteIsFound(int at) {
        byte[] bytes = Wire.bytes("x".repeat(40));
        bytes[at + 2] = (byte) 0x80;

        assertThat(Utf8.firstInvalid(bytes, 2, 40)).isEqualTo(at + 2);
        assertThat(Utf8.firstInvalid(bytes, at + 3, 40)).isEqualTo(Utf8.VALID);
        assertThat(Utf8.firstInvalid(bytes, 0, at + 2)).isEqualTo(Utf8.VALID);
    }

    @Test
    void halfASurrogatePairCannotBeEncoded() {
        assertThat(Utf8.canEncode("é😀")).isTrue();
        assertThat(Utf8.canEncode("\ud83d")).isFalse();
        assertThat(Utf8.canEncode("\ude00\ud83d")).isFalse();
    }
}
