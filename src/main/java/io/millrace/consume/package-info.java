/**
 * Reading on from a place, and waiting for records without holding a thread for longer than a moment: what reads without a
 * group and polls of group members share.
 */
@NullMarked
package io.millrace.consume;

import org.jspecify.annotations.NullMarked;
