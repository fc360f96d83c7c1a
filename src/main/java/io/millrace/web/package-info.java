/**
 * The HTTP side: controllers, and what they share. A request's query is read by {@link io.millrace.web.QueryParameters}, its
 * body by {@link io.millrace.web.BodyReader} within a {@link io.millrace.web.MemoryBudget}, small JSON objects by
 * {@link io.millrace.web.JsonBody}; every failure, down to malformed HTTP, becomes a {@link io.millrace.web.Problem} in
 * {@link io.millrace.web.Problems}. Reading is strict: what the server does not know, it refuses by name.
 */
@NullMarked
package io.millrace.web;

import org.jspecify.annotations.NullMarked;
