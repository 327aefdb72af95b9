#pragma once

#include "framegen_fused_layers.h"

// A 1×1 convolution: weights in blocks of output channels, as the kind multiplies them.
typedef struct {
    void *weight;
    float *bias;
    // Input channels, rounded up to what is multiplied at once.
    int depth;
    int block_count;
    int outputs;
} packed_pointwise;

// A depthwise 3×3 convolution: 9 weights of each block's channels after each other, in the blocks and the numbers of the
// hidden value that it reads.
typedef struct {
    void *weight;
    void *bias;
    int block_count;
} packed_depthwise;

typedef struct {
    packed_pointwise expand;
    packed_depthwise depthwise;
    int image_channels;
} packed_stem;

// The functions of one kind of rows.
typedef struct {
    size_t (*first_layers_memory)(const framegen_prepared_layers *);
    size_t (*up_layers_memory)(const framegen_prepared_layers *);
    void (*first_layers)(
        const framegen_prepared_layers *, void *memory, const float *image, float *result, int first_row, int end_row);
    void (*up_layers)(
        const framegen_prepared_layers *, void *memory, const float *image, const float *half, float *result,
        int first_row, int end_row);
} rows_functions;

struct framegen_prepared_layers {
    const rows_functions *rows;
    int side;
    packed_stem stem;
    // What reads the stem: `expand` of the first layers, `skip` of the last.
    packed_pointwise expand;
    packed_depthwise depthwise;
    packed_pointwise project;
    // Of the layers after an upsampling alone.
    packed_pointwise upsampled;
    packed_pointwise second_expand;
    packed_depthwise second_depthwise;
    // Either this, added to the middle, or the two after it make the result.
    packed_pointwise second_project;
    packed_pointwise output_of_hidden;
    packed_pointwise output_of_middle;
    int has_stem;
    int has_output;
    int half_channels;
    int skip_channels;
    // Of each column or row of the full size: the half-size one before it, and how far it is from that.
    int *tap;
    float *fraction;
};

// How a kind of rows lays out weights and values.
typedef struct {
    int block;
    int depth_multiple;
    int is_bfloat16;
    // Of hidden values, those that 3×3 convolutions read.
    int hidden_block;
    int hidden_is_float16;
} rows_layout;

extern const rows_functions framegen_rows_avx2, framegen_rows_avx512, framegen_rows_avx512_bf16,
    framegen_rows_amx_bf16;

// Values of a row are that many numbers apart from pixel to pixel.
static inline int row_stride(int channels) { return (channels + 31) / 32 * 32; }

static inline int rounded_up(int number, int multiple) { return (number + multiple - 1) / multiple * multiple; }
