package io.millrace.wire;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a message that a client may send. */
enum MessageField {
    KEY("key"),
    KEY_BASE64("keyBase64"),
    VALUE("value"),
    VALUE_BASE64("valueBase64"),
    CONTENT_TYPE("contentType"),
    HEADERS("headers"),
    PARTITION("partition"),
    TIMESTAMP("timestamp");

    private static final List<String> NAMES =
            Arrays.stream(values()).map(field -> field.label).toList();

    private final String label;

    MessageField(String label) {
        this.label = label;
    }

    /** The name of the field in JSON. */
    String label() {
        return label;
    }

    /** The field of that name, or null if there is none. */
    static @Nullable MessageField named(String name) {
        return switch (name) {
            case "key" -> KEY;
            case "keyBase64" -> KEY_BASE64;
            case "value" -> VALUE;
            case "valueBase64" -> VALUE_BASE64;
            case "contentType" -> CONTENT_TYPE;
            case "headers" -> HEADERS;
            case "partition" -> PARTITION;
            case "timestamp" -> TIMESTAMP;
            default -> null;
        };
    }

    /** Why a name that is none of these is refused, with what would be right. */
    static MessageRefusal unknown(String name) {
        return new MessageRefusal(
                switch (name) {
                    case "topic" -> "field 'topic' is set by the server: the topic of a message is the one in the path";
                    case "offset" -> "field 'offset' is set by the server when the message is stored";
                    case "messages" ->
                        "field 'messages' belongs at the top of an application/json body, not in a message";
                    default ->
                        "unknown field " + NearMiss.quoted(name)
                                + NearMiss.of(name, NAMES)
                                        .map(meant -> ", did you mean '" + meant + "'?")
                                        .orElse("; a message has the fields " + String.join(", ", NAMES));
                });
    }
}
