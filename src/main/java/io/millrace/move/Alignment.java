package io.millrace.move;

import io.millrace.record.StoredRecord;
import java.util.function.Supplier;

/**
 * Where two sides of a partition begin to be the same. That is at the first record of both, unless one of them has let go
 * of its oldest records since the other got them.
 *
 * @param source how many records of the source come before
 * @param target how many records of the target come before
 */
record Alignment(long source, long target) {

    private static final Alignment NONE = new Alignment(0, 0);

    /**
     * Looks where that is.
     *
     * @param source makes a cursor at the first record
     * @param target likewise
     */
    static Alignment find(Supplier<Cursor> source, Retention ofSource, Supplier<Cursor> target, Retention ofTarget) {
        StoredRecord mine = source.get().peek();
        StoredRecord there = target.get().peek();
        if (mine == null) {
            return NONE;
        }
        if (there == null) {
            return new Alignment(expired(source.get(), ofTarget), 0);
        }
        // In a partition that was filled by a move, the offsets count the source's records.
        if (ofTarget.start() > 0 && isAt(source.get(), ofTarget.start(), there, ofTarget)) {
            return new Alignment(ofTarget.start(), 0);
        }
        if (Contents.same(mine, there)) {
            return NONE;
        }
        long before = ofTarget.start() > 0 ? distance(source.get(), there, ofTarget) : 0;
        if (before > 0) {
            return new Alignment(before, 0);
        }
        return new Alignment(0, ofSource.start() > 0 ? distance(target.get(), mine, ofSource) : 0);
    }

    /** How many of the first records an empty partition can be taken to have had. */
    private static long expired(Cursor cursor, Retention ofOther) {
        long count = 0;
        while (count < ofOther.start()) {
            StoredRecord record = cursor.peek();
            if (record == null || !ofOther.hasExpired(record)) {
                break;
            }
            cursor.skip();
            count++;
        }
        return count;
    }

    /** Whether the record comes after so many that the other side may have let go of. */
    private static boolean isAt(Cursor cursor, long count, StoredRecord wanted, Retention ofOther) {
        for (long i = 0; i < count; i++) {
            StoredRecord record = cursor.peek();
            if (record == null || !ofOther.mayHaveLetGo(record)) {
                return false;
            }
            cursor.skip();
        }
        StoredRecord record = cursor.peek();
        return record != null && Contents.same(record, wanted);
    }

    /** How many records that the other side may have let go of come before the one; 0 if it does not come after them. */
    private static long distance(Cursor cursor, StoredRecord wanted, Retention ofOther) {
        long count = 0;
        for (StoredRecord record = cursor.peek(); record != null; record = cursor.peek()) {
            if (Contents.same(record, wanted)) {
                return count;
            }
            if (!ofOther.mayHaveLetGo(record)) {
                return 0;
            }
            count++;
            cursor.skip();
        }
        return 0;
    }
}
