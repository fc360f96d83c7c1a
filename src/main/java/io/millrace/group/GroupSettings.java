package io.millrace.group;

/**
 * What the coordinator is set to.
 *
 * @param journalPartitions the number of partitions of the internal topic, fixed when it is first created
 * @param maxGroups the most groups there may be
 * @param maxMembersPerGroup the most members of one group
 */
public record GroupSettings(int journalPartitions, int maxGroups, int maxMembersPerGroup) {}
