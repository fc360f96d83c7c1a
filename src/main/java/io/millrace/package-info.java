/** The Millrace server: its entry point and the wiring of its parts. */
@NullMarked
package io.millrace;

import org.jspecify.annotations.NullMarked;
