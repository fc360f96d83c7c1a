package io.millrace.log.batch;

import org.apache.kafka.common.utils.internals.BufferSupplier;

/**
 * The memory that decompression works in, some 100 KiB, kept from one batch to the next; without compressed batches it is
 * none. Used by one thread at a time.
 */
public final class DecompressionBuffers {

    private final BufferSupplier supplier = BufferSupplier.create();

    BufferSupplier supplier() {
        return supplier;
    }
}
