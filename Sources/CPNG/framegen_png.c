#include "framegen_png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *text;
    size_t capacity;
} message_buffer;

static void set_message(message_buffer *message, const char *text) {
    if (message->capacity == 0) return;
    strncpy(message->text, text, message->capacity - 1);
    message->text[message->capacity - 1] = 0;
}

static void on_error(png_structp png, png_const_charp text) {
    set_message(png_get_error_ptr(png), text);
    longjmp(png_jmpbuf(png), 1);
}

// Warnings concern what is not used, or lose nothing.
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

// Decoding.

typedef struct {
    const uint8_t *next;
    size_t left;
} memory_source;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    memory_source *source = png_get_io_ptr(png);
    if (count > source->left) png_error(png, "the file ends too early");
    memcpy(target, source->next, count);
    source->next += count;
    source->left -= count;
}

int framegen_png_decode_bgr(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message,
    size_t message_capacity) {
    message_buffer error = {message, message_capacity};
    memory_source source = {bytes, count};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &error, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        set_message(&error, "libpng cannot be set up");
        png_destroy_read_struct(&png, NULL, NULL);
        return 1;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 1;
    }
    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, width, height);
    // Only what pixels need: no text, no colour profile, nothing that unpacks to more than it seems.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "the size is not the expected one");

    png_set_strip_16(png);
    png_set_strip_alpha(png);
    png_set_palette_to_rgb(png);
    png_set_expand_gray_1_2_4_to_8(png);
    png_set_gray_to_rgb(png);
    png_set_bgr(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 3) png_error(png, "the rows have an unexpected length");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + (size_t)y * width * 3, NULL);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
}

// Encoding.

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} memory_sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    memory_sink *sink = png_get_io_ptr(png);
    if (count > sink->capacity - sink->count) {
        if (count > SIZE_MAX / 4 || sink->capacity > SIZE_MAX / 4) png_error(png, "the file would be too large");
        size_t capacity = (sink->capacity + count) * 2;
        uint8_t *grown = realloc(sink->bytes, capacity);
        if (!grown) png_error(png, "out of memory");
        sink->bytes = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->bytes + sink->count, bytes, count);
    sink->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

// Apart from its caller, so that `sink` keeps its value across longjmp.
static int encode_into(
    memory_sink *sink, const uint8_t *pixels, uint32_t width, uint32_t height, message_buffer *error) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, error, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        set_message(error, "libpng cannot be set up");
        png_destroy_write_struct(&png, NULL);
        return 1;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return 1;
    }
    png_set_write_fn(png, sink, write_bytes, flush_nothing);
    png_set_IHDR(
        png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 1);
    // Run lengths of simple differences: half the time of zlib's own search and, on photographs, no larger.
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB | PNG_FILTER_UP);
    png_set_compression_strategy(png, 3 /* Z_RLE */);
    png_set_compression_buffer_size(png, 1 << 16);
    png_write_info(png, info);
    png_set_bgr(png);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    return 0;
}

int framegen_png_encode_bgr(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **file, size_t *file_count,
    char *message, size_t message_capacity) {
    message_buffer error = {message, message_capacity};
    memory_sink sink = {NULL, 0, 0};
    *file = NULL;
    *file_count = 0;
    if (encode_into(&sink, pixels, width, height, &error)) {
        free(sink.bytes);
        return 1;
    }
    *file = sink.bytes;
    *file_count = sink.count;
    return 0;
}

void framegen_png_free(uint8_t *file) { free(file); }

const char *framegen_png_version(void) { return png_get_libpng_ver(NULL); }
