package io.millrace.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * JSON in UTF-8 written into an array that grows. It writes what it is told and does not check that the pieces make up
 * JSON. For one thread.
 */
public final class JsonOutput {

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** For each ASCII character: 0 if it stands for itself in a string, 'u' for six characters, else the letter to escape with. */
    private static final byte[] ESCAPES = escapes();

    private byte[] bytes;
    private int length;
    private long lastTimestamp;
    private int lastTimestampStart = -1;
    private int lastTimestampLength;

    /** @param capacity how many bytes fit before the array has to grow */
    public JsonOutput(int capacity) {
        this.bytes = new byte[Math.max(capacity, 16)];
    }

    /** @param array to write into, as long as there is room in it */
    public JsonOutput(byte[] array) {
        this.bytes = array;
    }

    /** The array written to, valid up to {@link #length()} until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** The number of bytes written. */
    public int length() {
        return length;
    }

    /** Forgets all that was written behind the first {@code newLength} bytes. */
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException(newLength + " is not within 0 to " + length);
        }
        length = newLength;
        lastTimestampStart = -1;
    }

    public void writeTo(OutputStream stream) throws IOException {
        stream.write(bytes, 0, length);
    }

    /** Writes one ASCII character as it is. */
    public void put(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
    }

    /** Writes bytes as they are. */
    public void put(byte[] raw) {
        ensure(raw.length);
        System.arraycopy(raw, 0, bytes, length, raw.length);
        length += raw.length;
    }

    /** Writes the bytes between position and limit as they are; the position stays. */
    public void put(ByteBuffer raw) {
        int count = raw.remaining();
        ensure(count);
        raw.get(raw.position(), bytes, length, count);
        length += count;
    }

    /** Writes ASCII text as it is: neither quoted nor escaped. */
    public void putAscii(String text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += count;
    }

    /** Writes a number. */
    public void putLong(long value) {
        if (value == Long.MIN_VALUE) {
            putAscii("-9223372036854775808");
            return;
        }
        ensure(20);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        putDigits(rest, digits);
    }

    /** Writes a string in quotes. Half of a surrogate pair is written as an escape. */
    public void putString(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            ensure(6);
            char c = text.charAt(i);
            if (c < 0x80) {
                putEscaped((byte) c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xE0 | (c >> 12));
                putContinuation(c, 6);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int codePoint = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
                putContinuation(codePoint, 12);
            } else {
                putUnicodeEscape(c);
            }
        }
        put('"');
    }

    /** Writes text in UTF-8 as a string in quotes. Returns false, with nothing written, where it is not UTF-8. */
    public boolean putUtf8String(ByteBuffer text) {
        int mark = length;
        put('"');
        int from = length;
        put(text);
        if (!Utf8.isValid(bytes, from, length)) {
            length = mark;
            return false;
        }
        int clean = from;
        while (clean < length && !needsEscape(bytes[clean])) {
            clean++;
        }
        if (clean < length) {
            byte[] rest = Arrays.copyOfRange(bytes, clean, length);
            length = clean;
            for (byte b : rest) {
                ensure(6);
                if (b < 0) {
                    bytes[length++] = b;
                } else {
                    putEscaped(b);
                }
            }
        }
        put('"');
        return true;
    }

    /** Writes bytes in base64, padded and in quotes. */
    public void putBase64(ByteBuffer raw) {
        byte[] plain = new byte[raw.remaining()];
        raw.get(raw.position(), plain);
        put('"');
        put(Base64.getEncoder().encode(plain));
        put('"');
    }

    /**
     * Writes a time in ISO-8601, UTC, with milliseconds, in quotes.
     *
     * @param millis milliseconds since the epoch, not negative
     */
    public void putTimestamp(long millis) {
        ensure(36);
        // The messages of an answer often have one and the same.
        if (millis == lastTimestamp && lastTimestampStart >= 0) {
            System.arraycopy(bytes, lastTimestampStart, bytes, length, lastTimestampLength);
            length += lastTimestampLength;
            return;
        }
        int start = length;
        putNewTimestamp(millis);
        lastTimestamp = millis;
        lastTimestampStart = start;
        lastTimestampLength = length - start;
    }

    private void putNewTimestamp(long millis) {
        bytes[length++] = '"';
        putDate(Math.floorDiv(millis, 86_400_000L));
        bytes[length++] = 'T';
        int time = Math.floorMod(millis, 86_400_000);
        putDigits(time / 3_600_000, 2);
        bytes[length++] = ':';
        putDigits(time / 60_000 % 60, 2);
        bytes[length++] = ':';
        putDigits(time / 1000 % 60, 2);
        bytes[length++] = '.';
        putDigits(time % 1000, 3);
        bytes[length++] = 'Z';
        bytes[length++] = '"';
    }

    /** Puts spaces for line breaks behind {@code from}: within JSON they are never part of a value. */
    void joinLines(int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
    }

    /** Counts years from March, so that the leap day is the last of its year, in cycles of 400 years. */
    private void putDate(long daysSinceEpoch) {
        long days = daysSinceEpoch + 719_468;
        long cycle = Math.floorDiv(days, 146_097L);
        int dayOfCycle = Math.floorMod(days, 146_097);
        int yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
        int dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
        if (year > 9999) {
            bytes[length++] = '+';
            putLong(year);
        } else {
            putDigits(year, 4);
        }
        bytes[length++] = '-';
        putDigits(month, 2);
        bytes[length++] = '-';
        putDigits(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
    }

    private void putDigits(long value, int count) {
        long rest = value;
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    private void putContinuation(int codePoint, int highestShift) {
        for (int shift = highestShift; shift >= 0; shift -= 6) {
            bytes[length++] = (byte) (0x80 | ((codePoint >> shift) & 0x3F));
        }
    }

    private static boolean needsEscape(byte b) {
        return b >= 0 && ESCAPES[b] != 0;
    }

    /** Writes an ASCII character of a string; there must be room for six bytes. */
    private void putEscaped(byte c) {
        byte escape = ESCAPES[c];
        if (escape == 0) {
            bytes[length++] = c;
        } else if (escape == 'u') {
            putUnicodeEscape((char) c);
        } else {
            bytes[length++] = '\\';
            bytes[length++] = escape;
        }
    }

    private void putUnicodeEscape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xF];
        }
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            long wanted = Math.max(2L * bytes.length, (long) length + more);
            bytes = Arrays.copyOf(
                    bytes, Math.max((int) Math.min(wanted, Integer.MAX_VALUE - 8), Math.addExact(length, more)));
        }
    }

    private static byte[] escapes() {
        byte[] table = new byte[128];
        Arrays.fill(table, 0, ' ', (byte) 'u');
        table['"'] = '"';
        table['\\'] = '\\';
        table['\b'] = 'b';
        table['\f'] = 'f';
        table['\n'] = 'n';
        table['\r'] = 'r';
        table['\t'] = 't';
        return table;
    }
}
