package io.millrace.group;

import java.util.Locale;

/** How a group is doing. */
public enum GroupState {
    /** It has no members. */
    EMPTY,
    /** Every partition is with the member that is to have it. */
    STABLE,
    /** Some partitions are on their way from one member to another. */
    REBALANCING;

    /** The name as answers give it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
