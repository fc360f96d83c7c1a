package io.millrace.group;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a command comes to: events that are to be journalled and applied, and the answer that is true after that.
 *
 * @param answer asked for when the events have been applied, under the group's lock
 */
record Decision<T>(List<GroupEvent> events, Supplier<T> answer) {

    /** How a command decides, under the group's lock and without changing what is journalled. */
    interface Maker<T> {
        Decision<T> decide(Group group, long nowNanos);
    }
}
