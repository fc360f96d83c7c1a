/**
 * One server among several: a request that belongs to another one is passed on, so that clients need not know which
 * coordinates what. Without others all of this steps aside.
 */
@NullMarked
package io.millrace.web.node;

import org.jspecify.annotations.NullMarked;
