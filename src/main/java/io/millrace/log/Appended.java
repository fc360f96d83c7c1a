package io.millrace.log;

import java.util.List;
import java.util.Map;

/** What became of the records of one append, by their place among them, from 0. */
public sealed interface Appended {

    /** The offset of a record that was stored. */
    long offset(int index);

    /** Why records were not stored, by place; empty where all of them were. */
    Map<Integer, LogException> failures();

    /** All were stored, one behind the other. */
    record Consecutive(long baseOffset) implements Appended {

        @Override
        public long offset(int index) {
            return baseOffset + index;
        }

        @Override
        public Map<Integer, LogException> failures() {
            return Map.of();
        }
    }

    /**
     * Each was stored, or not, by itself.
     *
     * @param offsets by place; without meaning for a record that failed
     */
    record Each(List<Long> offsets, Map<Integer, LogException> failures) implements Appended {

        @Override
        public long offset(int index) {
            return offsets.get(index);
        }
    }
}
