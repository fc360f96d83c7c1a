/** What the server does, in numbers, for Prometheus: a counting engine around the real one, and the lag of groups. */
@NullMarked
package io.millrace.metrics;

import org.jspecify.annotations.NullMarked;
