package io.millrace.config;

/** How an answer may be compressed, by the name that stands in {@code Accept-Encoding} and {@code Content-Encoding}. */
public enum ContentCoding {
    /** RFC 8878. */
    ZSTD,
    /** RFC 1952. */
    GZIP
}
