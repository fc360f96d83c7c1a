package io.millrace.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the array that a batch is: all of its messages if all are right, else the mistakes of all that are not. */
final class BatchReader {

    /** Reads the object that the cursor is at into a message, and leaves the cursor behind it, whatever the outcome. */
    interface Element {
        ProducedMessage read(JsonCursor cursor) throws MessageRefusal;
    }

    private final MessageLimits limits;
    private final String example;
    private final Element element;
    private final List<ProducedMessage> messages = new ArrayList<>();
    private final List<MessageError> errors = new ArrayList<>();
    private int count;
    private int wrong;
    private @Nullable MessageRefusal refusal;

    /** @param example what an element must be, for the error */
    BatchReader(MessageLimits limits, String example, Element element) {
        this.limits = limits;
        this.example = example;
        this.element = element;
    }

    /** Reads the value of {@code messages} that the cursor is at and leaves the cursor behind it. */
    void read(JsonCursor cursor) {
        if (cursor.token() != JsonToken.START_ARRAY) {
            refusal = new MessageRefusal(
                    "field 'messages' must be an array of messages, not " + Scalars.describe(cursor.token()));
            cursor.passValue();
            return;
        }
        readElements(cursor);
    }

    /** Reads the array that the cursor is at and leaves the cursor behind it. */
    void readElements(JsonCursor cursor) {
        cursor.next();
        while (cursor.token() != JsonToken.END_ARRAY) {
            readElement(cursor);
            count++;
        }
        cursor.next();
    }

    private void readElement(JsonCursor cursor) {
        if (count >= limits.maxMessagesPerRequest()) {
            cursor.passValue();
            return;
        }
        try {
            if (cursor.token() != JsonToken.START_OBJECT) {
                String found = Scalars.describe(cursor.token());
                cursor.passValue();
                throw new MessageRefusal(example + ", not " + found);
            }
            ProducedMessage message = element.read(cursor);
            if (wrong == 0) {
                messages.add(message);
            }
        } catch (MessageRefusal e) {
            wrong++;
            messages.clear();
            if (errors.size() < InvalidMessagesException.MAX_ERRORS) {
                errors.add(e.at(count));
            }
        }
    }

    /** @param otherField a field that stood beside {@code messages}; null if there was none */
    ProduceRequest.Batch finish(@Nullable String otherField) {
        if (otherField != null) {
            refusal = new MessageRefusal("field " + NearMiss.quoted(otherField) + " must not stand beside 'messages':"
                    + " a batch is {\"messages\": [...]} and everything else belongs into its messages");
        } else if (refusal == null && count == 0) {
            refusal = new MessageRefusal("field 'messages' is empty: a batch holds at least one message");
        }
        return new ProduceRequest.Batch(messages());
    }

    /** The messages, once all were read; there may be none. */
    List<ProducedMessage> messages() {
        if (refusal == null && count > limits.maxMessagesPerRequest()) {
            refusal = new MessageRefusal(
                    "the batch has %d messages; the limit is millrace.limits.max-messages-per-request=%d"
                            .formatted(count, limits.maxMessagesPerRequest()));
        }
        if (refusal != null) {
            throw InvalidMessagesException.of(true, refusal.at(MessageError.REQUEST));
        }
        if (wrong > 0) {
            throw new InvalidMessagesException(true, errors, wrong);
        }
        return messages;
    }
}
