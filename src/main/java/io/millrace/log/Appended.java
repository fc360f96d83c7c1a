package io.millrace.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What became of the records of one append, by their place among them, from 0. */
public sealed interface Appended {

    /** The offset of a record that was stored. */
    long offset(int index);

    /** Why records were not stored, by place; empty where all of them were. */
    default Map<Integer, LogException> failures() {
        return Map.of();
    }

    /** Whether all of them had been stored before, and nothing was this time. */
    default boolean isRepeat() {
        return false;
    }

    /**
     * What became of records of which the first ones had been stored before.
     *
     * @param before the offsets of those
     * @param rest what became of the others
     * @param count how many others
     */
    static Appended behind(List<Long> before, Appended rest, int count) {
        if (before.isEmpty()) {
            return rest;
        }
        List<Long> all = new ArrayList<>(before);
        for (int i = 0; i < count; i++) {
            all.add(rest.offset(i));
        }
        return new Each(all, Map.of());
    }

    /** All were stored, one behind the other. */
    record Consecutive(long baseOffset) implements Appended {

        @Override
        public long offset(int index) {
            return baseOffset + index;
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

    /** All had been stored before. */
    record Before(List<Long> offsets) implements Appended {

        @Override
        public long offset(int index) {
            return offsets.get(index);
        }

        @Override
        public boolean isRepeat() {
            return true;
        }
    }
}
