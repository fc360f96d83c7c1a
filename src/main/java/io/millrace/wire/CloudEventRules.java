package io.millrace.wire;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What CloudEvents 1.0 asks of the attributes of an event ("Context Attributes" of its specification). */
final class CloudEventRules {

    private static final String VERSION = "1.0";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    /** RFC 3339, section 5.6; its letters may be small. */
    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.\\d+)?(?:[Zz]|[+-](\\d{2}):(\\d{2}))");

    /** The characters of RFC 3986, appendix A. */
    private static final Pattern URI_REFERENCE =
            Pattern.compile("(?:[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})++");

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

    private static final Set<String> STRINGS =
            Set.of("specversion", "id", "source", "type", "subject", "time", "dataschema");

    private CloudEventRules() {}

    /** Whether the attribute is one of the specification itself, all of which are strings in JSON, and no extension. */
    static boolean isOfTheSpecification(String name) {
        return STRINGS.contains(name);
    }

    /** @throws MessageRefusal if an event must not have that attribute; a predicate about the attribute */
    static void check(String name, String value) throws MessageRefusal {
        if (!NAME.matcher(name).matches()) {
            throw new MessageRefusal("has no legal name: names are made of a-z and 0-9");
        }
        if (!isText(value)) {
            throw new MessageRefusal("must be text without control characters and noncharacters of Unicode");
        }
        switch (name) {
            case "specversion" -> require(value.equals(VERSION), "must be \"1.0\", the version understood here", value);
            case "id", "type", "subject", CloudEventAttributes.PARTITION_KEY ->
                require(!value.isEmpty(), "must not be empty", value);
            case "source" ->
                require(
                        URI_REFERENCE.matcher(value).matches(),
                        "must be a URI or a relative reference, as in https://example.com/orders or /orders,"
                                + " with other characters percent-encoded",
                        value);
            case "dataschema" ->
                require(
                        URI_REFERENCE.matcher(value).matches()
                                && SCHEME.matcher(value).matches(),
                        "must be a URI with its scheme, as in https://example.com/order.json",
                        value);
            case "time" ->
                require(isTime(value), "must be a time of RFC 3339 with a zone, as in 2026-11-23T04:05:06.789Z", value);
            case "data" ->
                throw new MessageRefusal("has no legal name: 'data' is what the event carries, and no attribute");
            default -> {
                // An extension, whose value may be any text.
            }
        }
    }

    private static void require(boolean legal, String rule, String value) throws MessageRefusal {
        if (!legal) {
            throw new MessageRefusal(
                    value.isEmpty() ? rule + ", and is empty" : rule + ", not " + NearMiss.quoted(value));
        }
    }

    /** Whether these are characters that the type String of CloudEvents has. */
    static boolean isText(String value) {
        return value.codePoints().allMatch(CloudEventRules::isLegal);
    }

    private static boolean isLegal(int c) {
        boolean control = c <= 0x1F || (c >= 0x7F && c <= 0x9F);
        boolean halfOfPair = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean noncharacter = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
        return !control && !halfOfPair && !noncharacter;
    }

    private static boolean isTime(String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            return false;
        }
        try {
            LocalDate.parse(time.group(1));
        } catch (DateTimeException noDate) {
            return false;
        }
        boolean zoned = time.group(5) == null || (number(time, 5) <= 23 && number(time, 6) <= 59);
        // The sixtieth second is a leap second.
        return zoned && number(time, 2) <= 23 && number(time, 3) <= 59 && number(time, 4) <= 60;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
