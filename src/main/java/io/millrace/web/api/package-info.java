/**
 * The calls of the API, a controller for each noun: they bind a request, make one call of a service, and write the answer.
 * Producing has a short way to its controller, {@link io.millrace.web.api.ProduceMapping}.
 */
@NullMarked
package io.millrace.web.api;

import org.jspecify.annotations.NullMarked;
