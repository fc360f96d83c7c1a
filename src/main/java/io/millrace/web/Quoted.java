package io.millrace.web;

import io.millrace.wire.NearMiss;
import java.util.Collection;
import java.util.List;

/** What a client sent, as an error may show it. */
public final class Quoted {

    private static final int LONGEST = 60;

    private Quoted() {}

    /** The text in quotes and short enough for an error. */
    public static String text(String text) {
        return "'" + (text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...") + "'";
    }

    /** What to say of a name that is not one of those known: the one that was probably meant, and all of them. */
    static String unknown(String kind, String given, Collection<String> known) {
        String meant = NearMiss.of(given, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse(".");
        String all = known.isEmpty()
                ? " There are none here."
                : " Known here: " + String.join(", ", List.copyOf(known)) + ".";
        return "Unknown " + kind + " " + text(given) + meant + all;
    }
}
