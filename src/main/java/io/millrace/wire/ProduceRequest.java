package io.millrace.wire;

import java.util.List;

/** What the JSON body of a produce request holds: its form decides the form of the answer. */
public sealed interface ProduceRequest {

    /** The body was one message object. */
    record Single(ProducedMessage message) implements ProduceRequest {}

    /**
     * The body was {@code {"messages": [...]}}.
     *
     * @param messages at least one, in the order of the request
     */
    record Batch(List<ProducedMessage> messages) implements ProduceRequest {}
}
