package io.millrace.log.segment;

import io.millrace.log.RequestSettings;

/**
 * What the embedded engine keeps to.
 *
 * @param requests how requests and producers are remembered
 * @param minFreeBytes how much of the disk producers leave free; 0 for nothing
 */
public record SegmentSettings(RequestSettings requests, long minFreeBytes) {

    public static final SegmentSettings DEFAULTS = new SegmentSettings(RequestSettings.DEFAULTS, 0);
}
