package io.millrace.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the array {@code messages} of a batch: all of them if all are right, else the mistakes of all that are not. */
final class BatchReader {

    private final byte[] body;
    private final MessageLimits limits;
    private final Scalars scalars;
    private final long now;
    private final List<ProducedMessage> messages = new ArrayList<>();
    private final List<MessageError> errors = new ArrayList<>();
    private int count;
    private int wrong;
    private @Nullable MessageRefusal refusal;

    BatchReader(byte[] body, MessageLimits limits, Scalars scalars, long now) {
        this.body = body;
        this.limits = limits;
        this.scalars = scalars;
        this.now = now;
    }

    /** Reads the value of {@code messages} that the cursor is at and leaves the cursor behind it. */
    void read(JsonCursor cursor) {
        if (cursor.token() != JsonToken.START_ARRAY) {
            refusal = new MessageRefusal(
                    "field 'messages' must be an array of messages, not " + Scalars.describe(cursor.token()));
            cursor.passValue();
            return;
        }
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
                throw new MessageRefusal(
                        "a message must be an object like {\"key\": \"k\", \"value\": 1}, not " + found);
            }
            MessageBuilder builder = new MessageBuilder(body, limits, scalars).readObject(cursor);
            ProducedMessage message = builder.finish(now);
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
        } else if (count > limits.maxMessagesPerRequest()) {
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
        return new ProduceRequest.Batch(messages);
    }
}
