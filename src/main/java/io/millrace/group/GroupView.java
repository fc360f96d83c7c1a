package io.millrace.group;

import java.util.List;

/** A group and its members, in the order in which they joined. */
public record GroupView(GroupName group, GroupState state, int generation, List<ConsumerView> members) {}
