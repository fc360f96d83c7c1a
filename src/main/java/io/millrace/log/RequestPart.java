package io.millrace.log;

import io.millrace.record.Checkpoint;
import io.millrace.record.DraftRecord;
import java.util.List;
import java.util.Map;

/**
 * Some messages of a request, all that come before them having been given already.
 *
 * @param shares what goes to each partition, by its number
 * @param partitions by how many partitions the messages were placed
 * @param checkpoint what the request's content is, for those who try it again
 * @param keepsOffsets whether another try is to learn the offset of each message
 * @param terms what must hold for those that are not stored yet
 */
public record RequestPart(
        Map<Integer, Share> shares, int partitions, Checkpoint checkpoint, boolean keepsOffsets, AppendTerms terms) {

    /**
     * The records for one partition.
     *
     * @param numbers of each, its number among the messages of the request, rising
     */
    public record Share(List<DraftRecord> records, List<Long> numbers) {

        /** How far the first {@code count} of them reach: no message with a lower number comes after them. */
        public long upTo(int count) {
            return numbers.get(count - 1) + 1;
        }

        /** Those with a number from {@code from} on. */
        Share from(long from) {
            int first = 0;
            while (first < numbers.size() && numbers.get(first) < from) {
                first++;
            }
            return first == 0
                    ? this
                    : new Share(records.subList(first, records.size()), numbers.subList(first, numbers.size()));
        }
    }
}
