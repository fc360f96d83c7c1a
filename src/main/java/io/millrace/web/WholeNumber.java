package io.millrace.web;

import java.util.regex.Pattern;

/** Whole numbers of paths and queries, of which each has one spelling: {@code +1}, {@code 01} and other digits are none. */
public final class WholeNumber {

    private static final Pattern SPELLING = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private WholeNumber() {}

    /**
     * The number.
     *
     * @throws NumberFormatException if the text is no whole number, or one beyond 64 bits
     */
    public static long parse(String text) {
        if (!SPELLING.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }
}
