package io.millrace.wire;

/**
 * An attribute of an event in its canonical string form (CloudEvents 1.0, "Type System"); not checked yet.
 *
 * @param name without the prefix that a protocol gives it
 */
public record CloudEventAttribute(String name, String value) {}
