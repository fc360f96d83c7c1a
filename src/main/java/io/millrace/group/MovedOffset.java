package io.millrace.group;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a committed offset that is set by hand.
 *
 * @param before what was committed; null where nothing was
 * @param after how the group is then
 */
public record MovedOffset(@Nullable Long before, GroupOffset after) {}
