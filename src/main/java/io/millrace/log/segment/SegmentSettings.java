package io.millrace.log.segment;

import io.millrace.log.RequestSettings;

/**
 * What the embedded engine keeps to.
 *
 * @param requests how requests and producers are remembered
 * @param minFreeBytes how much of the disk producers leave free; 0 for nothing
 * @param cleanerBufferBytes how much memory compaction may take to remember keys
 * @param journalFileBytes how large each of the two files of the journal may become
 */
public record SegmentSettings(
        RequestSettings requests, long minFreeBytes, long cleanerBufferBytes, int journalFileBytes) {

    public static final int JOURNAL_FILE_BYTES = 16 << 20;

    public static final SegmentSettings DEFAULTS =
            new SegmentSettings(RequestSettings.DEFAULTS, 0, 32 << 20, JOURNAL_FILE_BYTES);
}
