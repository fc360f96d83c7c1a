/** Waiting for records without holding a thread: what a read of a partition and a poll of a group member share. */
@NullMarked
package io.millrace.consume;

import org.jspecify.annotations.NullMarked;
