#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// libpng reports errors by longjmp, which must not cross Swift frames: these functions catch it and return a message
// instead. Decoding goes through libpng's classic interface because its simplified one applies gamma, which would
// change bytes.

#define FRAMEGEN_PNG_MESSAGE_SIZE 128

// What a PNG file says of itself.
struct framegen_png_header {
    uint32_t width;
    uint32_t height;
};

// Reads the header of the `size` bytes at `data`. Returns 0, or -1 with a message.
int framegen_png_read_header(
    const uint8_t *data, size_t size, struct framegen_png_header *header, char *message);

// Decodes the whole image into `pixels`, width*height*3 bytes in the order blue, green, red: grey and palette
// expanded, alpha dropped, the high byte of 16-bit samples. Returns 0, or -1 with a message.
int framegen_png_decode(
    const uint8_t *data, size_t size, uint8_t *pixels, size_t pixels_size, char *message);

// A PNG file in memory; `bytes` is to be freed with framegen_png_free.
struct framegen_png_file {
    uint8_t *_Nullable bytes;
    size_t size;
};

// Encodes width*height*3 bytes in the order blue, green, red. Returns 0, or -1 with a message.
int framegen_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, struct framegen_png_file *file, char *message);

void framegen_png_free(struct framegen_png_file *file);

#pragma clang assume_nonnull end
