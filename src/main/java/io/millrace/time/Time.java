package io.millrace.time;

/** The clock. Wall time is for what is stored and shown, monotonic time for how long something took or may take. */
public interface Time {

    /** Wall-clock time in milliseconds since the epoch; may step back. */
    long millis();

    /** Monotonic time in nanoseconds from an arbitrary origin; only differences mean something. */
    long nanos();

    /** The clock of the machine. */
    static Time system() {
        return new Time() {
            @Override
            public long millis() {
                return System.currentTimeMillis();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}
