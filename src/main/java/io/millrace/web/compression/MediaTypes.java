package io.millrace.web.compression;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is worth compressing: all but what is compressed in itself, and bytes of which nothing is known. */
final class MediaTypes {

    private static final Set<String> COMPRESSED_MAIN_TYPES = Set.of("image", "audio", "video");
    private static final Set<String> UNCOMPRESSED_OF_THOSE = Set.of("image/svg+xml", "image/bmp");

    private static final Set<String> COMPRESSED = Set.of(
            "application/octet-stream",
            "application/gzip",
            "application/x-gzip",
            "application/zstd",
            "application/zip",
            "application/java-archive",
            "application/x-7z-compressed",
            "application/x-bzip2",
            "application/x-xz",
            "application/vnd.rar",
            "application/pdf",
            "application/pgp-encrypted",
            "font/woff",
            "font/woff2");

    private MediaTypes() {}

    /** Whether an answer of that {@code Content-Type} becomes smaller. */
    static boolean isCompressible(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (UNCOMPRESSED_OF_THOSE.contains(type)) {
            return true;
        }
        return !COMPRESSED_MAIN_TYPES.contains(type.split("/", 2)[0])
                && !COMPRESSED.contains(type)
                // Office documents, books: archives by another name.
                && !type.endsWith("+zip")
                && !type.startsWith("application/vnd.openxmlformats-officedocument");
    }
}
