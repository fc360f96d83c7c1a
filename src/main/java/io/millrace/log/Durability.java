package io.millrace.log;

/** When an append counts as done, and its records become readable. */
public enum Durability {
    /** After the bytes are forced to disk: holds through power loss. */
    FSYNC("fsync"),
    /** After the bytes are in the operating system's page cache: holds through a kill of the process. */
    WRITTEN("written");

    private final String setting;

    Durability(String setting) {
        this.setting = setting;
    }

    /** The value as it stands in a topic's settings. */
    public String setting() {
        return setting;
    }
}
