/** Time that comes in through the door: a clock and a timer that tests can hold in their hand. */
@NullMarked
package io.millrace.time;

import org.jspecify.annotations.NullMarked;
