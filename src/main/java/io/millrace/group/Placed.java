package io.millrace.group;

import io.millrace.log.Position;
import java.util.List;

/**
 * What became of a call that sets places, as a commit or a seek does.
 *
 * @param places where the partitions concerned are now
 * @param assignment what the member has after it
 */
public record Placed(List<Position> places, Assignment assignment) {}
