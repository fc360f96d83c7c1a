/**
 * Consumer groups: who is a member, who owns which partition, and what is committed. A {@code Group} is one group's state,
 * changed only by applying {@code GroupEvent}s; {@code Rebalance} decides which; {@code GroupCoordinator} journals them in an
 * internal topic before they are applied, and replays them when this server is given the groups of a shard: all of them at
 * start, where it is alone. Plain Java: time, chance and the log are handed in.
 */
@NullMarked
package io.millrace.group;

import org.jspecify.annotations.NullMarked;
