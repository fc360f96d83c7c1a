package io.millrace.group;

import java.time.Duration;

/**
 * What the coordinator is set to.
 *
 * @param journalPartitions the number of partitions of the internal topic, fixed when it is first created
 * @param maxGroups the most groups there may be
 * @param maxMembersPerGroup the most members of one group
 * @param offsetsRetention how long a group is remembered in which nobody is a member and nothing is committed
 */
public record GroupSettings(int journalPartitions, int maxGroups, int maxMembersPerGroup, Duration offsetsRetention) {}
