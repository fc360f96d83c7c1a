/**
 * Tells whether the client of a waiting request is still there, which the servlet API does not: a poll whose client has gone
 * must not take messages. And has threads wait themselves, a moment, for the next request of the connection that they have
 * answered ({@link io.millrace.web.connection.DirectWaits}), tells requests whether they may hold such a thread, and gives
 * connections that send large answers larger buffers ({@link io.millrace.web.connection.LargeBuffers}). The only place that
 * reaches into Tomcat's connector.
 */
@NullMarked
package io.millrace.web.connection;

import org.jspecify.annotations.NullMarked;
