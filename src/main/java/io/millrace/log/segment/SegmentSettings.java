package io.millrace.log.segment;

import io.millrace.log.RequestSettings;

/**
 * What the embedded engine keeps to.
 *
 * @param requests how requests and producers are remembered
 * @param minFreeBytes how much of the disk producers leave free; 0 for nothing
 * @param cleanerBufferBytes how much memory compaction may take to remember keys
 */
public record SegmentSettings(RequestSettings requests, long minFreeBytes, long cleanerBufferBytes) {

    public static final SegmentSettings DEFAULTS = new SegmentSettings(RequestSettings.DEFAULTS, 0, 32 << 20);
}
