package io.millrace.web;

import io.millrace.wire.MessageTimestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a request that holds no messages: a topic, a subscription, a commit. Read strictly: a field that is
 * unknown, stands twice or has the wrong type is an error with the code that {@link #read} was given, which names the field
 * and says what would be right. A field that is {@code null} is as good as not there.
 */
public final class JsonBody {

    private final ProblemType code;
    private final String path;
    private final Map<String, @Nullable Object> fields;

    private JsonBody(ProblemType code, String path, Map<String, @Nullable Object> fields) {
        this.code = code;
        this.path = path;
        this.fields = fields;
    }

    /**
     * Reads a whole body. The object does not refer to the body, which may be closed.
     *
     * @param code what errors are called that are not errors of syntax
     * @throws io.millrace.wire.MalformedJsonException if the body is not JSON
     * @throws ProblemException with {@code code} if it is not an object
     */
    public static JsonBody read(Body body, ProblemType code) {
        Object value = JsonTree.read(body, code);
        Map<String, @Nullable Object> fields = fields(value);
        if (fields == null) {
            throw ProblemException.of(code, "The body must be a JSON object, not " + shown(value));
        }
        return new JsonBody(code, "", fields);
    }

    /**
     * To be called before any field is read.
     *
     * @throws ProblemException if there is a field of another name
     */
    public JsonBody allow(String... names) {
        List<String> known = List.of(names);
        for (String name : fields.keySet()) {
            if (!known.contains(name)) {
                throw ProblemException.of(
                        code,
                        Quoted.unknown(
                                "field",
                                path + name,
                                known.stream().map(path::concat).toList()));
            }
        }
        return this;
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return fields.get(name) != null;
    }

    public String requiredText(String name) {
        return text(name, required(name, "a string"));
    }

    public @Nullable String text(String name) {
        Object value = fields.get(name);
        return value == null ? null : text(name, value);
    }

    /** The field as it is if it is a string; null if it is something else, or not there. */
    public @Nullable String word(String name) {
        return fields.get(name) instanceof String word ? word : null;
    }

    /** A whole number from {@code min} to {@code max}. */
    public @Nullable Integer integer(String name, int min, int max) {
        Long number = wholeNumber(name, min, max);
        return number == null ? null : number.intValue();
    }

    /** A whole number from {@code min} to {@code max}. */
    public @Nullable Long wholeNumber(String name, long min, long max) {
        Object value = fields.get(name);
        return value == null ? null : wholeNumber(name, value, min, max);
    }

    /** A whole number, not negative: an offset. */
    public long requiredLong(String name) {
        return wholeNumber(name, required(name, expectedNumber(0, Long.MAX_VALUE)), 0, Long.MAX_VALUE);
    }

    public @Nullable Boolean flag(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false", value);
    }

    /** A duration as {@link Durations} reads it, a string. */
    public @Nullable Duration duration(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            return Durations.parse(text).orElseThrow(() -> wrong(name, Durations.EXPECTED, value));
        }
        throw wrong(name, Durations.EXPECTED, value);
    }

    /** Milliseconds since the epoch, from a number that is that or from a string in ISO-8601. */
    public @Nullable Long timestamp(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return null;
        }
        OptionalLong millis = switch (value) {
            case JsonTree.Numeral numeral -> MessageTimestamp.ofMillis(numeral.digits());
            case String text -> MessageTimestamp.ofIso(text);
            default -> OptionalLong.empty();
        };
        if (millis.isEmpty()) {
            throw wrong(name, MessageTimestamp.EXPECTED, value);
        }
        return millis.getAsLong();
    }

    /** An array of strings. */
    public @Nullable List<String> texts(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Object element : array(name, "an array of strings", value)) {
            texts.add(text(name + "[" + texts.size() + "]", element));
        }
        return List.copyOf(texts);
    }

    /** An object of strings and numbers, which become strings, in the order of the body; empty if it is not there. */
    public Map<String, String> settings(String name) {
        Map<String, String> settings = new LinkedHashMap<>();
        settingChanges(name).forEach((key, setting) -> {
            if (setting == null) {
                throw wrong(name + "." + key, "a string or a number", null);
            }
            settings.put(key, setting);
        });
        return settings;
    }

    /** As {@link #settings}, and a setting may also be null, which takes back what was set before. */
    public Map<String, @Nullable String> settingChanges(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return Map.of();
        }
        Map<String, @Nullable Object> object = fields(value);
        if (object == null) {
            throw wrong(name, "an object of settings", value);
        }
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        object.forEach((key, setting) -> {
            if (!(setting == null || setting instanceof String || setting instanceof JsonTree.Numeral)) {
                throw wrong(name + "." + key, "a string or a number", setting);
            }
            changes.put(key, setting == null ? null : setting.toString());
        });
        return changes;
    }

    /** An array of objects; empty if it is not there. Their errors name the place, as in {@code offsets[2].partition}. */
    public List<JsonBody> objects(String name) {
        Object value = fields.get(name);
        if (value == null) {
            return List.of();
        }
        List<JsonBody> objects = new ArrayList<>();
        for (Object element : array(name, "an array of objects", value)) {
            String place = name + "[" + objects.size() + "]";
            Map<String, @Nullable Object> object = fields(element);
            if (object == null) {
                throw wrong(place, "an object", element);
            }
            objects.add(new JsonBody(code, path + place + ".", object));
        }
        return List.copyOf(objects);
    }

    /** The error of a body that has none of some fields. */
    public ProblemException lacks(String expected) {
        return ProblemException.of(code, "The body must have " + expected);
    }

    /** The error of a field whose value only the caller can judge; {@code expected} is what would be right. */
    public ProblemException wrong(String name, String expected) {
        return wrong(name, expected, fields.get(name));
    }

    private ProblemException wrong(String name, String expected, @Nullable Object value) {
        return ProblemException.of(
                code, "Field '%s%s' must be %s, not %s".formatted(path, name, expected, shown(value)));
    }

    private Object required(String name, String expected) {
        Object value = fields.get(name);
        if (value == null) {
            throw ProblemException.of(code, "Field '%s%s' is missing; it must be %s".formatted(path, name, expected));
        }
        return value;
    }

    private String text(String name, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(name, "a string", value);
    }

    private long wholeNumber(String name, Object value, long min, long max) {
        try {
            if (value instanceof JsonTree.Numeral numeral) {
                long number = Long.parseLong(numeral.digits());
                if (number >= min && number <= max) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // Not whole, or beyond a long: wrong like any other.
        }
        throw wrong(name, expectedNumber(min, max), value);
    }

    private static String expectedNumber(long min, long max) {
        return "a whole number" + (min < Integer.MIN_VALUE ? "" : " from " + min)
                + (max >= Integer.MAX_VALUE ? "" : " to " + max);
    }

    private List<?> array(String name, String expected, Object value) {
        if (value instanceof List<?> array) {
            return array;
        }
        throw wrong(name, expected, value);
    }

    @SuppressWarnings("unchecked") // the only maps in the tree are those of its objects
    private static @Nullable Map<String, @Nullable Object> fields(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case String text -> Quoted.text(text);
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "an array";
            case JsonTree.Numeral(String digits) ->
                digits.length() <= 40 ? digits : "a number of " + digits.length() + " digits";
            case null -> "null";
            default -> value.toString();
        };
    }
}
