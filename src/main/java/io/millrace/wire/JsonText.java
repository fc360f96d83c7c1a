package io.millrace.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The text of JSON strings as UTF-8 bytes, taken from the body without a detour through characters where possible. */
final class JsonText {

    private JsonText() {}

    /**
     * Returns the text of the string literal between {@code from} and {@code to}, quotes included, which a parser has
     * found to be right. A literal without escapes is a view of the body. Returns null where an escape is half of a
     * surrogate pair: JSON's grammar has room for it, UTF-8 has not.
     */
    static @Nullable ByteBuffer decode(byte[] body, int from, int to) {
        int begin = from + 1;
        int end = to - 1;
        for (int i = begin; i < end; i++) {
            if (body[i] == '\\') {
                return unescape(body, begin, i, end);
            }
        }
        return ByteBuffer.wrap(body, begin, end - begin);
    }

    private static @Nullable ByteBuffer unescape(byte[] body, int from, int firstEscape, int to) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(to - from);
        text.write(body, from, firstEscape - from);
        int i = firstEscape;
        while (i < to) {
            if (body[i] != '\\') {
                text.write(body[i++]);
            } else if (body[i + 1] != 'u') {
                text.write(shortEscape(body[i + 1]));
                i += 2;
            } else {
                int c = hex(body, i + 2);
                i += 6;
                if (Character.isHighSurrogate((char) c)) {
                    boolean low = to - i >= 6 && body[i] == '\\' && body[i + 1] == 'u';
                    int second = low ? hex(body, i + 2) : 0;
                    if (!Character.isLowSurrogate((char) second)) {
                        return null;
                    }
                    c = Character.toCodePoint((char) c, (char) second);
                    i += 6;
                } else if (Character.isLowSurrogate((char) c)) {
                    return null;
                }
                write(text, c);
            }
        }
        return ByteBuffer.wrap(text.toByteArray());
    }

    private static int shortEscape(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private static int hex(byte[] body, int at) {
        int c = 0;
        for (int i = at; i < at + 4; i++) {
            c = (c << 4) | Character.digit(body[i], 16);
        }
        return c;
    }

    private static void write(ByteArrayOutputStream text, int c) {
        if (c < 0x80) {
            text.write(c);
        } else if (c < 0x800) {
            text.write(0xC0 | (c >> 6));
            text.write(0x80 | (c & 0x3F));
        } else {
            if (c < 0x10000) {
                text.write(0xE0 | (c >> 12));
            } else {
                text.write(0xF0 | (c >> 18));
                text.write(0x80 | ((c >> 12) & 0x3F));
            }
            text.write(0x80 | ((c >> 6) & 0x3F));
            text.write(0x80 | (c & 0x3F));
        }
    }
}
