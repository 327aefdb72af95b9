#include "framegen_png.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct source {
    const uint8_t *data;
    size_t size;
    size_t position;
};

static void on_error(png_structp png, png_const_charp text) {
    char *message = png_get_error_ptr(png);
    strncpy(message, text, FRAMEGEN_PNG_MESSAGE_SIZE - 1);
    message[FRAMEGEN_PNG_MESSAGE_SIZE - 1] = 0;
    png_longjmp(png, 1);
}

// libpng would print warnings; what they are about does not change the pixels.
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
    struct source *source = png_get_io_ptr(png);
    if (count > source->size - source->position) png_error(png, "the file is cut short");
    memcpy(out, source->data + source->position, count);
    source->position += count;
}

// Reads `data` up to the pixels, and them too when `pixels` is given.
static int read_png(
    struct source *source, struct framegen_png_header *header, uint8_t *pixels, size_t pixels_size, char *message) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_bytep *volatile rows = NULL;
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        strcpy(message, "out of memory");
        return -1;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        free((void *)rows);
        return -1;
    }
    png_set_read_fn(png, source, read_bytes);
    png_read_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    if (pixels != NULL) {
        if (png_get_bit_depth(png, info) == 16) png_set_strip_16(png);
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_palette_to_rgb(png);
        png_set_gray_to_rgb(png);
        png_set_strip_alpha(png);
        png_set_bgr(png);
        png_set_interlace_handling(png);
        png_read_update_info(png, info);
        size_t row_size = (size_t)header->width * 3;
        if (png_get_rowbytes(png, info) != row_size || pixels_size != row_size * header->height)
            png_error(png, "unexpected row size");
        rows = malloc(header->height * sizeof(png_bytep));
        if (rows == NULL) png_error(png, "out of memory");
        for (uint32_t row = 0; row < header->height; row++) rows[row] = pixels + row * row_size;
        png_read_image(png, rows);
        png_read_end(png, NULL);
        }
    png_destroy_read_struct(&png, &info, NULL);
    free((void *)rows);
    return 0;
}

int framegen_png_read_header(
    const uint8_t *data, size_t size, struct framegen_png_header *header, char *message) {
    struct source source = {data, size, 0};
    return read_png(&source, header, NULL, 0, message);
}

int framegen_png_decode(
    const uint8_t *data, size_t size, uint8_t *pixels, size_t pixels_size, char *message) {
    struct source source = {data, size, 0};
    struct framegen_png_header header;
    return read_png(&source, &header, pixels, pixels_size, message);
}

static void write_bytes(png_structp png, png_bytep data, size_t count) {
    struct framegen_png_file *file = png_get_io_ptr(png);
    uint8_t *bytes = realloc(file->bytes, file->size + count);
    if (bytes == NULL) png_error(png, "out of memory");
    memcpy(bytes + file->size, data, count);
    file->bytes = bytes;
    file->size += count;
}

static void flush(png_structp png) { (void)png; }

int framegen_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, struct framegen_png_file *file, char *message) {
    file->bytes = NULL;
    file->size = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        strcpy(message, "out of memory");
        return -1;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        framegen_png_free(file);
        return -1;
    }
    png_set_write_fn(png, file, write_bytes, flush);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    // Frames are many and short-lived: speed before size.
    png_set_compression_level(png, 1);
    png_set_compression_strategy(png, Z_RLE);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_set_compression_buffer_size(png, 1 << 18);
    png_write_info(png, info);
    png_set_bgr(png);
    for (uint32_t row = 0; row < height; row++) png_write_row(png, pixels + (size_t)row * width * 3);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return 0;
}

void framegen_png_free(struct framegen_png_file *file) {
    free(file->bytes);
    file->bytes = NULL;
    file->size = 0;
}
