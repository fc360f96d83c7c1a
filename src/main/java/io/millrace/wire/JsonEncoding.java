package io.millrace.wire;

/** RFC 8259, section 8.1: JSON between systems is UTF-8. */
final class JsonEncoding {

    private JsonEncoding() {}

    /** Whether the bytes begin with U+FEFF, which some editors put before UTF-8. */
    static boolean startsWithMark(byte[] body, int from, int to) {
        return to - from >= 3
                && body[from] == (byte) 0xEF
                && body[from + 1] == (byte) 0xBB
                && body[from + 2] == (byte) 0xBF;
    }

    /** @throws MalformedJsonException if the bytes are not UTF-8 */
    static void check(byte[] body, int from, int to) {
        if (looksLikeUtf16(body, from, to)) {
            throw MalformedJsonException.at(
                    body, from, from, "the text looks like UTF-16 or UTF-32; JSON has to be sent in UTF-8");
        }
        int invalid = Utf8.firstInvalid(body, from, to);
        if (invalid != Utf8.VALID) {
            throw MalformedJsonException.at(
                    body,
                    from,
                    invalid,
                    "the byte 0x%02X at position %d is not UTF-8; JSON has to be sent in UTF-8"
                            .formatted(body[invalid], invalid - from));
        }
    }

    /** A zero byte is in no JSON text, but next to each ASCII character of one in UTF-16; so are its marks. */
    private static boolean looksLikeUtf16(byte[] body, int from, int to) {
        if (to - from < 2) {
            return false;
        }
        int first = body[from] & 0xFF;
        int second = body[from + 1] & 0xFF;
        boolean mark = (first == 0xFE && second == 0xFF) || (first == 0xFF && second == 0xFE);
        return mark || first == 0 || second == 0;
    }
}
