/** Topics as clients may make, see and delete them: names that are theirs, defaults, and limits. */
@NullMarked
package io.millrace.topic;

import org.jspecify.annotations.NullMarked;
