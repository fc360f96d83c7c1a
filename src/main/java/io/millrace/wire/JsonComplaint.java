package io.millrace.wire;

import java.util.regex.Pattern;

/** Puts the parser's complaints into words for a client, who knows neither its classes nor its settings. */
final class JsonComplaint {

    /** From here on a complaint is for programmers of the parser. */
    private static final Pattern INTERNAL = Pattern.compile(
            "(: enable `| \\(enable `| \\(not recognized| \\((for|start|from) |\\[Source|`).*", Pattern.DOTALL);

    private static final Pattern CHARACTER = Pattern.compile("\\('(.)' \\(code [^)]*\\)\\)", Pattern.DOTALL);
    private static final Pattern CONTROL_CHARACTER = Pattern.compile("\\(\\(CTRL-CHAR, code (\\d+)\\)\\)");

    private JsonComplaint() {}

    static String of(String message) {
        String text = INTERNAL.matcher(message).replaceFirst("");
        text = CHARACTER.matcher(text).replaceFirst("'$1'");
        text = CONTROL_CHARACTER.matcher(text).replaceFirst("with code $1");
        text = text.replace("was expecting", "expected").replace("Expected", "expected");
        return text.isBlank() ? "not JSON" : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
