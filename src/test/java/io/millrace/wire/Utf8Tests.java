package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Tests {

    private static boolean javaAgrees(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void everySequenceOfThreeBytesIsJudgedAsJavaDoes() {
        byte[] bytes = new byte[3];
        for (int i = 0; i < 1 << 24; i += i % 7 + 1) {
            bytes[0] = (byte) (i >> 16);
            bytes[1] = (byte) (i >> 8);
            bytes[2] = (byte) i;
            if (Utf8.isValid(bytes, 0, 3) != javaAgrees(bytes)) {
                assertThat(Utf8.isValid(bytes, 0, 3)).as("%06x", i).isEqualTo(javaAgrees(bytes));
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
