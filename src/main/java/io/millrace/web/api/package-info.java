/** The calls of the API, a controller for each noun: they bind a request, make one call of a service, and write the answer. */
@NullMarked
package io.millrace.web.api;

import org.jspecify.annotations.NullMarked;
