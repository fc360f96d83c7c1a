package io.millrace.wire;

/**
 * What a request may ask of the server ({@code millrace.limits.*}).
 *
 * @param maxMessageBytes the most bytes of key, value and headers of one message together
 * @param maxMessagesPerRequest the most messages of one batch
 * @param maxHeadersPerMessage the most headers of one message; repeated ones count each
 */
public record MessageLimits(int maxMessageBytes, int maxMessagesPerRequest, int maxHeadersPerMessage) {

    public MessageLimits {
        if (maxMessageBytes < 1 || maxMessagesPerRequest < 1 || maxHeadersPerMessage < 0) {
            throw new IllegalArgumentException("Limits are positive: %d, %d, %d"
                    .formatted(maxMessageBytes, maxMessagesPerRequest, maxHeadersPerMessage));
        }
    }
}
