package io.millrace.bench;

import io.millrace.record.DraftRecord;
import io.millrace.wire.MessageLimits;
import io.millrace.wire.MessageReader;
import io.millrace.wire.ProduceRequest;
import io.millrace.wire.ProducedMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the benchmarks of parts work on: bodies of requests with messages of 100 bytes, and the records that come of them. */
final class Bodies {

    static final long NOW = 1_780_000_000_000L;

    static final MessageReader READER = new MessageReader(new MessageLimits(1 << 20, 10_000, 100));

    private static final String MESSAGE = "{\"value\":{\"id\":12345678,\"text\":\"" + "x".repeat(74) + "\"}}";

    private Bodies() {}

    /** One message object, or from two on a batch. */
    static byte[] json(int messages) {
        String body =
                messages == 1 ? MESSAGE : "{\"messages\":[" + (MESSAGE + ",").repeat(messages - 1) + MESSAGE + "]}";
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** What a request with that many messages has appended. */
    static List<DraftRecord> drafts(int messages) {
        byte[] body = json(messages);
        return switch (READER.readJson(body, body.length, NOW)) {
            case ProduceRequest.Single single -> List.of(single.message().draft());
            case ProduceRequest.Batch batch ->
                batch.messages().stream().map(ProducedMessage::draft).toList();
        };
    }
}
