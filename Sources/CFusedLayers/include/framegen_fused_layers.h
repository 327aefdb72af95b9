#pragma once

#include <stddef.h>

// A generator's layers at full resolution, each fused into one pass over rows: the first ones, from the image to half
// the resolution, and the last ones, from half the resolution to the face. Values of one row after the other stay in the
// processor's cache, where an engine writes each value as a whole and reads it back.
//
// Tensors are float32, C×H×W, one image. Weights are float32 as in the state dict, batch normalization folded in: of a
// 1×1 convolution outputs×inputs, of a depthwise 3×3 one channels×3×3.

// What rows are computed with. The first two are float32 throughout; the others multiply bfloat16, sum in float32, and
// need a processor that does so itself. The last one convolves 3×3 in float16, with values of at most 65504.
typedef enum {
    FRAMEGEN_ROWS_AVX2,
    FRAMEGEN_ROWS_AVX512,
    FRAMEGEN_ROWS_AVX512_BF16,
    FRAMEGEN_ROWS_AMX_BF16,
} framegen_rows_kind;

// Whether this processor and system have what `kind` needs.
int framegen_rows_are_supported(framegen_rows_kind kind);

// A convolution; `bias` may be null for zeros.
typedef struct {
    const float *weight;
    const float *bias;
    int inputs;
    int outputs;
} framegen_convolution;

// The first two convolutions, each with a ReLU after it: image → 1×1 → depthwise 3×3.
typedef struct {
    framegen_convolution expand;
    framegen_convolution depthwise;
} framegen_stem;

// stem → 1×1, ReLU → depthwise 3×3 with stride 2, ReLU → 1×1.
typedef struct {
    int side;
    framegen_stem stem;
    framegen_convolution expand;
    framegen_convolution depthwise;
    framegen_convolution project;
} framegen_first_layers;

// ReLU(1×1 of a skip + 1×1 of the half-size value, upsampled bilinearly with aligned corners)
// → depthwise 3×3, ReLU → 1×1 = m; m → 1×1, ReLU → depthwise 3×3, ReLU = n.
typedef struct {
    int side;
    framegen_convolution skip;
    framegen_convolution upsampled;
    framegen_convolution depthwise;
    framegen_convolution project;
    framegen_convolution second_expand;
    framegen_convolution second_depthwise;
} framegen_up_layers;

// The result is sigmoid(1×1 of n + 1×1 of m). The skip is the stem, or a value that is there where `stem` is null.
typedef struct {
    framegen_up_layers up;
    const framegen_stem *stem;
    framegen_convolution output_of_hidden;
    framegen_convolution output_of_middle;
} framegen_last_layers;

// Layers with weights as a kind of rows reads them.
typedef struct framegen_prepared_layers framegen_prepared_layers;

// Copies the weights. Null where memory is short. Sides must be multiples of 32, as must be the channels of what is
// written besides the face, which may have 8 channels at most. The result of layers after an upsampling is
// m + `second_project` of n.
framegen_prepared_layers *framegen_first_layers_prepare(const framegen_first_layers *layers, framegen_rows_kind kind);
framegen_prepared_layers *framegen_up_layers_prepare(
    const framegen_up_layers *layers, const framegen_convolution *second_project, framegen_rows_kind kind);
framegen_prepared_layers *framegen_last_layers_prepare(const framegen_last_layers *layers, framegen_rows_kind kind);
void framegen_prepared_layers_free(framegen_prepared_layers *layers);

// Bytes that a run takes: of the first layers, and of the others.
size_t framegen_first_layers_memory(const framegen_prepared_layers *layers);
size_t framegen_up_layers_memory(const framegen_prepared_layers *layers);

// Computes rows from `first_row` up to `end_row` of the result (channels×side/2×side/2 of the first layers,
// channels×side×side of others); other rows of `result` are left alone, so that threads can share an image. `skip` is the
// image where the skip is the stem. All are planes of channels, side×side, and `half` side/2×side/2. `memory` is aligned
// to 64 bytes, all zeros before its first run, used by nobody else, and left as it is from run to run.
void framegen_first_layers_run(
    const framegen_prepared_layers *layers, void *memory, const float *image, float *result, int first_row,
    int end_row);
void framegen_up_layers_run(
    const framegen_prepared_layers *layers, void *memory, const float *skip, const float *half, float *result,
    int first_row, int end_row);
