package io.millrace.group;

/**
 * A group in a list.
 *
 * @param lag how many messages it has not committed yet, over all partitions that it reads
 */
public record GroupSummary(GroupName group, GroupState state, int members, long lag) {}
