package io.millrace.group;

import io.millrace.log.Position;
import java.util.List;

/** What a member wants committed. */
public sealed interface CommitRequest {

    /** All that was delivered to it. */
    record Delivered() implements CommitRequest {}

    /** These offsets, each the next to read. */
    record Offsets(List<Position> positions) implements CommitRequest {}

    /** All up to the answer that this text came with. */
    record UpTo(String cursor) implements CommitRequest {}
}
