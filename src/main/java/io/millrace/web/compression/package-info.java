/**
 * Answers compressed for the clients that ask for it (RFC 9110, section 12.5.3), whichever controller gives them. Own code, as
 * the container's knows gzip only and makes every compressed answer one of unknown length: of a poll it must be known when all
 * of it was sent.
 */
@NullMarked
package io.millrace.web.compression;

import org.jspecify.annotations.NullMarked;
