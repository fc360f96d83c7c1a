package io.millrace.log.batch;

import org.apache.kafka.common.utils.internals.BufferSupplier;

/**
 * What a walk over batches keeps from one batch to the next: the memory that decompression works in, some 100 KiB if there
 * are compressed batches, and the last record's headers. Used by one thread at a time.
 */
public final class ScanMemory {

    private final BufferSupplier decompression = BufferSupplier.create();
    private final LastHeaders lastHeaders = new LastHeaders();

    BufferSupplier decompression() {
        return decompression;
    }

    LastHeaders lastHeaders() {
        return lastHeaders;
    }
}
