package io.millrace.web.api;

import io.millrace.group.GroupName;
import io.millrace.record.InvalidNameException;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;

/** Reads the names of groups from paths. */
final class GroupNames {

    private GroupNames() {}

    static GroupName of(String text) {
        try {
            return new GroupName(text);
        } catch (InvalidNameException e) {
            throw ProblemException.of(ProblemType.INVALID_GROUP, String.valueOf(e.getMessage()));
        }
    }
}
