package io.millrace.web;

/** The body of a request in memory, which is part of the {@link MemoryBudget} until it is closed. */
public final class Body implements AutoCloseable {

    private final byte[] bytes;
    private final int length;
    private final MemoryBudget.Permit permit;

    Body(byte[] bytes, int length, MemoryBudget.Permit permit) {
        this.bytes = bytes;
        this.length = length;
        this.permit = permit;
    }

    /** The array that begins with the body; not a copy, and longer than the body where its length was not announced. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes the body has. */
    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Gives the memory back to the budget; once, however often it is called. */
    @Override
    public void close() {
        permit.close();
    }
}
