/** The contract as a document: {@code openapi.yaml} as it is, the same through springdoc, and Swagger UI over that. */
@NullMarked
package io.millrace.web.docs;

import org.jspecify.annotations.NullMarked;
