package io.millrace.wire;

import java.util.Locale;

/** The media types of CloudEvents in JSON (CloudEvents 1.0, JSON Event Format, sections 3 and 4.2). */
public final class CloudEventTypes {

    /** One event with its data in one JSON object, the structured mode. */
    public static final String EVENT = "application/cloudevents+json";

    /** A JSON array of such objects, the batched mode. */
    public static final String BATCH = "application/cloudevents-batch+json";

    /** What the types of all layouts of events begin with, those of Avro and Protobuf too. */
    private static final String PREFIX = "application/cloudevents";

    private CloudEventTypes() {}

    /** Whether a body of that type is an event with all its attributes, or many, in whichever format. */
    public static boolean isEnvelope(String contentType) {
        return contentType.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** Whether a body of that type is one event in JSON. */
    public static boolean isEvent(String contentType) {
        return bare(contentType).equals(EVENT);
    }

    /** Whether a body of that type is an array of events in JSON. */
    public static boolean isBatch(String contentType) {
        return bare(contentType).equals(BATCH);
    }

    private static String bare(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
