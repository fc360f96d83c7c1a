package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the parser's complaints into words for a client, who knows neither its classes nor its settings. */
final class JsonComplaint {

    /** From here on a complaint is for programmers of the parser. */
    private static final Pattern INTERNAL = Pattern.compile(
            "(: enable `| \\(enable `| \\(not recognized| \\((for|start|from) |\\[Source|`).*", Pattern.DOTALL);

    private static final Pattern CHARACTER = Pattern.compile("\\('(.)' \\(code [^)]*\\)\\)", Pattern.DOTALL);
    private static final Pattern CONTROL_CHARACTER = Pattern.compile("\\(\\(CTRL-CHAR, code (\\d+)\\)\\)");

    private JsonComplaint() {}

    /** @param position where in {@code body} the character stands that the complaint is about */
    static String of(String message, byte[] body, int position, int limit) {
        String text = INTERNAL.matcher(message).replaceFirst("");
        // The parser shows only the first byte of a character that has many.
        boolean many = position < limit && body[position] < 0;
        String shown = many ? Matcher.quoteReplacement(character(body, position, limit)) : "$1";
        text = CHARACTER.matcher(text).replaceFirst("'" + shown + "'");
        text = CONTROL_CHARACTER.matcher(text).replaceFirst("with code $1");
        text = text.replace("was expecting", "expected").replace("Expected", "expected");
        return text.isBlank() ? "not JSON" : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String character(byte[] body, int position, int limit) {
        int end = position + 1;
        while (end < limit && (body[end] & 0xC0) == 0x80) {
            end++;
        }
        return new String(body, position, end - position, StandardCharsets.UTF_8);
    }
}
