package io.millrace.produce;

/**
 * Why a line of a stream was not stored.
 *
 * @param line counted from 1
 * @param code as of a message of a batch, or {@code malformed-json}
 */
public record LineError(long line, String code, String detail) {}
