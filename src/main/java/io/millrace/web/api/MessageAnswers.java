package io.millrace.web.api;

import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.group.Assignment;
import io.millrace.group.Delivery;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.web.MemoryBudget;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Writes answers that hold messages, within the budget of memory. */
final class MessageAnswers implements RecordAnswers {

    /** What a message takes in an answer besides key, value and headers; the array grows where that is too little. */
    private static final int MESSAGE_OVERHEAD = 160;

    private static final int ANSWER_OVERHEAD = 256;

    private final MessageWriter writer;
    private final MemoryBudget budget;
    private final CloudEventAnswers events;

    MessageAnswers(MessageWriter writer, MemoryBudget budget, CloudEventAnswers events) {
        this.writer = writer;
        this.budget = budget;
        this.events = events;
    }

    /** What writes answers in the format that a client has asked for, unless it is a stream. */
    RecordAnswers in(AnswerFormat format) {
        return format.isCloudEvents() ? events : this;
    }

    @Override
    public void write(FetchedPartition fetched, HttpServletResponse response) throws IOException {
        int estimate = estimate(List.of(fetched));
        try (MemoryBudget.Permit permit = budget.acquire(2L * estimate)) {
            JsonOutput out = new JsonOutput(permit.array(estimate));
            writer.fetched(out, fetched);
            Answers.write(response, HttpServletResponse.SC_OK, out);
        }
    }

    @Override
    public void write(TopicName topic, Reading.Page page, HttpServletResponse response) throws IOException {
        int estimate = estimate(page.partitions());
        try (MemoryBudget.Permit permit = budget.acquire(2L * estimate)) {
            JsonOutput out = new JsonOutput(permit.array(estimate));
            out.putAscii("{\"messages\":");
            writer.messages(out, page.partitions());
            out.putAscii(",\"cursor\":");
            out.putString(TopicCursor.of(topic, page.next()).text());
            out.put('}');
            Answers.write(response, HttpServletResponse.SC_OK, out);
        }
    }

    @Override
    public void write(Delivery delivery, HttpServletResponse response) throws IOException {
        int estimate = estimate(delivery.partitions());
        try (MemoryBudget.Permit permit = budget.acquire(2L * estimate)) {
            JsonOutput out = new JsonOutput(permit.array(estimate));
            out.putAscii("{\"messages\":");
            writer.messages(out, delivery.partitions());
            out.putAscii(",\"assignment\":");
            Assignment assignment = delivery.assignment();
            putPartitions(out, assignment.partitions());
            out.putAscii(",\"added\":");
            putPartitions(out, assignment.added());
            out.putAscii(",\"revoked\":");
            putPartitions(out, assignment.revoked());
            out.putAscii(",\"generation\":");
            out.putLong(assignment.generation());
            out.putAscii(",\"cursor\":");
            out.putString(delivery.cursor());
            out.put('}');
            Answers.write(response, HttpServletResponse.SC_OK, out);
        }
    }

    @Override
    public void write(TopicPartition partition, StoredRecord record, HttpServletResponse response) throws IOException {
        JsonOutput out = new JsonOutput(estimate(record));
        writer.run(out, partition).message(record);
        Answers.write(response, HttpServletResponse.SC_OK, out);
    }

    private static void putPartitions(JsonOutput out, List<TopicPartition> partitions) {
        out.put('[');
        for (int i = 0; i < partitions.size(); i++) {
            out.putAscii(i == 0 ? "{\"topic\":\"" : ",{\"topic\":\"");
            out.putAscii(partitions.get(i).topic().value());
            out.putAscii("\",\"partition\":");
            out.putLong(partitions.get(i).partition());
            out.put('}');
        }
        out.put(']');
    }

    /** How many bytes an answer of one record takes, about. */
    static int estimate(StoredRecord record) {
        return record.sizeInBytes() + MESSAGE_OVERHEAD + ANSWER_OVERHEAD;
    }

    /** How many bytes an answer of these records takes, about. */
    static int estimate(List<FetchedPartition> partitions) {
        long bytes = ANSWER_OVERHEAD;
        for (FetchedPartition partition : partitions) {
            for (StoredRecord record : partition.records()) {
                bytes += MESSAGE_OVERHEAD + record.sizeInBytes();
            }
        }
        return Math.toIntExact(bytes);
    }
}
