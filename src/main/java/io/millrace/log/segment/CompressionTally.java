package io.millrace.log.segment;

import io.millrace.log.batch.EncodedBatch;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What compression made of the batches that were appended to a partition since its {@code compression.type} is what it is.
 *
 * @param type that {@code compression.type}
 * @param uncompressedBytes what the batches would take without compression
 * @param storedBytes what they take
 */
record CompressionTally(String type, long uncompressedBytes, long storedBytes) {

    /** Nothing was appended yet. */
    static final CompressionTally NONE = new CompressionTally("", 0, 0);

    /** This and more batches; only those if they are compressed in another way. */
    CompressionTally plus(String typeNow, List<EncodedBatch> batches) {
        boolean same = type.equals(typeNow);
        long uncompressed = same ? uncompressedBytes : 0;
        long stored = same ? storedBytes : 0;
        for (EncodedBatch batch : batches) {
            uncompressed += batch.uncompressedSize();
            stored += batch.size();
        }
        return new CompressionTally(typeNow, uncompressed, stored);
    }

    /** How many times smaller compression made them, where there are any. */
    OptionalDouble ratio() {
        return storedBytes == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) uncompressedBytes / storedBytes);
    }
}
