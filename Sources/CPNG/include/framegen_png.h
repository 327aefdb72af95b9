// libpng reports errors with longjmp, which must not cross Swift frames. So the calls that can fail live here, each
// with its own setjmp, and come back as plain status codes. Nothing is printed, and no libpng type is visible.
#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Decodes a PNG file to rows of blue, green, red bytes: palette and grey expanded, alpha and tRNS dropped, the high
/// byte of 16-bit samples, no colour management; what OpenCV's imread makes of it.
///
/// `pixels` has room for `width`·`height`·3 bytes, and the file must have just that size. Returns 0, or another number
/// with a C string of at most `message_capacity` bytes, terminator included, in `message`.
int framegen_png_decode_bgr(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message,
    size_t message_capacity);

/// Encodes `width`·`height`·3 bytes as an 8-bit colour PNG, for speed rather than size.
///
/// Returns 0 and sets `*file` to `*file_count` bytes that `framegen_png_free` must release; or returns another number
/// with `*file` null and a message as above.
int framegen_png_encode_bgr(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t *_Nullable *_Nonnull file, size_t *file_count,
    char *message, size_t message_capacity);

/// Releases what `framegen_png_encode_bgr` made; null is fine.
void framegen_png_free(uint8_t *_Nullable file);

/// The version of libpng that runs.
const char *framegen_png_version(void);

#pragma clang assume_nonnull end
