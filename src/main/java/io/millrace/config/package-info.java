/**
 * The settings of the server: every {@code millrace.*} property as an immutable record with its default, its unit and its
 * range. They are checked once, at start-up; a server with a wrong setting does not start and says which one it is.
 */
@NullMarked
package io.millrace.config;

import org.jspecify.annotations.NullMarked;
