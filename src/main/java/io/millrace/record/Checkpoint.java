package io.millrace.record;

/**
 * What the content of a request was, up to a message of it.
 *
 * @param at how many messages come before it; {@link #WHOLE} for all of a request that was known as a whole before any of it
 *     was stored
 * @param digest 64 bits of the digest of that content
 */
public record Checkpoint(long at, long digest) {

    /** All of a request, however many messages. */
    public static final long WHOLE = -1;

    /** The end of a request that was known as a whole. */
    public static Checkpoint whole(long digest) {
        return new Checkpoint(WHOLE, digest);
    }
}
