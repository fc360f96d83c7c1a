package io.millrace.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes what stands on one side of a {@code =} in a query string. */
final class QueryText {

    private QueryText() {}

    /** @throws ProblemException if it is not percent-encoded UTF-8 */
    static String decode(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.write(escaped(raw, i));
                i += 3;
            } else {
                // The server lets nothing but ASCII through; anything else becomes a byte that is not UTF-8.
                bytes.write(c == '+' ? ' ' : c < 0x80 ? c : 0xFF);
                i++;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ProblemException.of(
                    ProblemType.INVALID_PARAMETER,
                    Quoted.text(raw) + " in the query is not UTF-8; percent-encode the UTF-8 bytes of each character");
        }
    }

    private static int escaped(String raw, int at) {
        int high = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
        int low = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw ProblemException.of(
                    ProblemType.INVALID_PARAMETER,
                    "'%%' in %s of the query must be followed by two hexadecimal digits; the character '%%' itself is %%25"
                            .formatted(Quoted.text(raw)));
        }
        return high << 4 | low;
    }
}
