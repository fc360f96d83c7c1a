/**
 * The vocabulary of the log: names, addresses and records. Immutable values without I/O that every other package may use
 * and that use none of them.
 */
@NullMarked
package io.millrace.record;

import org.jspecify.annotations.NullMarked;
