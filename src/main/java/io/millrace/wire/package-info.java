/**
 * Messages as they look on the wire. {@link io.millrace.wire.MessageReader} turns the body of a request into records and
 * {@link io.millrace.wire.MessageWriter} turns records into JSON. A value is never parsed into objects and written again:
 * it is checked on the way in, kept as a slice of the body and copied on the way out, so that it comes back byte for
 * byte. Nothing here knows HTTP; the callers map {@link io.millrace.wire.MalformedJsonException} and
 * {@link io.millrace.wire.InvalidMessagesException} to answers.
 */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
