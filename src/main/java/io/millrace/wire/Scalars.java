package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads single values from where they lie in the body. A refusal is a predicate ("must be a string"): the caller knows
 * what it is about.
 */
final class Scalars {

    private final byte[] body;

    Scalars(byte[] body) {
        this.body = body;
    }

    /** A string as UTF-8. */
    ByteBuffer text(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        if (type != JsonToken.VALUE_STRING) {
            throw new MessageRefusal("must be a string, not " + describe(type));
        }
        ByteBuffer text = JsonText.decode(body, start, end);
        if (text == null) {
            throw new MessageRefusal("holds half of a surrogate pair, which is no text in UTF-8;"
                    + " send both halves, or the bytes in base64");
        }
        return text;
    }

    ByteBuffer base64(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        ByteBuffer text = text(type, start, end);
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MessageRefusal("is not base64: use the alphabet A-Z, a-z, 0-9, '+' and '/',"
                    + " without spaces or line breaks; '=' at the end may be left out");
        }
    }

    ContentType contentType(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        ByteBuffer text = text(type, start, end);
        if (text.equals(ContentType.JSON_HEADER.value())) {
            return ContentType.JSON;
        }
        return parsedContentType(StandardCharsets.UTF_8.decode(text).toString());
    }

    static ContentType parsedContentType(String text) throws MessageRefusal {
        ContentType contentType = ContentType.parse(text);
        if (contentType == null) {
            throw new MessageRefusal("must be a media type like application/json or" + " text/plain;charset=UTF-8, not "
                    + NearMiss.quoted(text));
        }
        return contentType;
    }

    int partition(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        OptionalLong number = type == JsonToken.VALUE_NUMBER_INT
                ? MessageTimestamp.ofMillis(ascii(start, end))
                : OptionalLong.empty();
        if (number.isEmpty() || number.getAsLong() > Integer.MAX_VALUE) {
            throw new MessageRefusal("must be a whole number from 0, not " + shown(type, start, end));
        }
        return (int) number.getAsLong();
    }

    long timestamp(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        OptionalLong millis = OptionalLong.empty();
        if (type == JsonToken.VALUE_NUMBER_INT) {
            millis = MessageTimestamp.ofMillis(ascii(start, end));
        } else if (type == JsonToken.VALUE_STRING) {
            millis = MessageTimestamp.ofIso(StandardCharsets.UTF_8.decode(text(type, start, end)));
        }
        if (millis.isEmpty()) {
            throw new MessageRefusal("must be " + MessageTimestamp.EXPECTED + ", not " + shown(type, start, end));
        }
        return millis.getAsLong();
    }

    private String ascii(int start, int end) {
        return new String(body, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private String shown(@Nullable JsonToken type, int start, int end) {
        return end - start <= 40 && type != null && type.isScalarValue()
                ? new String(body, start, end - start, StandardCharsets.UTF_8)
                : describe(type);
    }

    static String describe(@Nullable JsonToken type) {
        return switch (type) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case null, default -> "nothing";
        };
    }
}
