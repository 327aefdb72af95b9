#include "layers.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <stdint.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

static int leaf7(unsigned subleaf, unsigned registers[4]) {
    return __get_cpuid_count(7, subleaf, &registers[0], &registers[1], &registers[2], &registers[3]);
}

static int has_avx512_bf16(void) {
    unsigned registers[4];
    return leaf7(1, registers) && (registers[0] >> 5 & 1);
}

static int has_avx512_fp16(void) {
    unsigned registers[4];
    return leaf7(0, registers) && (registers[3] >> 23 & 1);
}

// The system keeps tiles for those processes alone that ask for them.
static int may_use_tiles(void) {
#ifdef __linux__
    enum { request_permission = 0x1023, tile_data = 18 };
    unsigned registers[4];
    if (!leaf7(0, registers) || !(registers[3] >> 22 & 1) || !(registers[3] >> 24 & 1)) return 0;
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
    return 0;
#endif
}

int framegen_rows_are_supported(framegen_rows_kind kind) {
    int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    switch (kind) {
    case FRAMEGEN_ROWS_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case FRAMEGEN_ROWS_AVX512: return avx512;
    case FRAMEGEN_ROWS_AVX512_BF16: return avx512 && has_avx512_bf16();
    case FRAMEGEN_ROWS_AMX_BF16: return avx512 && has_avx512_bf16() && has_avx512_fp16() && may_use_tiles();
    }
    return 0;
}

#else

int framegen_rows_are_supported(framegen_rows_kind kind) { return 0; }

#endif

// Null for what this kind of processor never has.
static const rows_functions *functions_of(framegen_rows_kind kind) {
#if defined(__x86_64__)
    switch (kind) {
    case FRAMEGEN_ROWS_AVX2: return &framegen_rows_avx2;
    case FRAMEGEN_ROWS_AVX512: return &framegen_rows_avx512;
    case FRAMEGEN_ROWS_AVX512_BF16: return &framegen_rows_avx512_bf16;
    case FRAMEGEN_ROWS_AMX_BF16: return &framegen_rows_amx_bf16;
    }
#endif
    return NULL;
}

static rows_layout layout_of(framegen_rows_kind kind) {
    switch (kind) {
    case FRAMEGEN_ROWS_AVX2: return (rows_layout){8, 1, 0, 8, 0};
    case FRAMEGEN_ROWS_AVX512: return (rows_layout){16, 1, 0, 16, 0};
    case FRAMEGEN_ROWS_AVX512_BF16: return (rows_layout){16, 2, 1, 16, 0};
    case FRAMEGEN_ROWS_AMX_BF16: return (rows_layout){16, 32, 1, 32, 1};
    }
    return (rows_layout){16, 1, 0, 16, 0};
}

// Zeros at the start of a cache line; null where memory is short.
static void *take_memory(size_t size) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size)) return NULL;
    memset(memory, 0, size);
    return memory;
}

static unsigned short bfloat16(float value) {
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    return (unsigned short)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Rounded to the nearest, ties to even; what is too large becomes infinite.
static unsigned short float16(float value) {
    unsigned bits, sign;
    memcpy(&bits, &value, sizeof bits);
    sign = bits >> 16 & 0x8000;
    bits &= 0x7fffffff;
    if (bits >= 0x7f800000) return sign | 0x7c00 | (bits > 0x7f800000 ? 0x200 : 0);
    if (bits >= 0x477ff000) return sign | 0x7c00;
    if (bits < 0x38800000) {
        // Below the normal numbers: a whole number of 2⁻²⁴, as float32 rounds it when 0.5 is added.
        float sum;
        memcpy(&sum, &bits, sizeof sum);
        sum += 0.5f;
        memcpy(&bits, &sum, sizeof bits);
        return sign | (unsigned short)(bits - 0x3f000000);
    }
    return sign | (unsigned short)((bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13);
}

// Whether all memory that was asked for was had.
typedef struct {
    int has_failed;
} memory_check;

static void *checked(memory_check *check, size_t size) {
    void *memory = take_memory(size);
    if (!memory) check->has_failed = 1;
    return memory;
}

static float *pack_bias(memory_check *check, const framegen_convolution *from, int count) {
    float *bias = checked(check, sizeof(float) * count);
    if (bias && from->bias) memcpy(bias, from->bias, sizeof(float) * from->outputs);
    return bias;
}

// Numbers in float32 become those of hidden values.
static void *pack_hidden(memory_check *check, float *numbers, size_t count, rows_layout layout) {
    if (!layout.hidden_is_float16 || !numbers) return numbers;
    unsigned short *packed = checked(check, sizeof(*packed) * count);
    if (packed)
        for (size_t index = 0; index < count; index++) packed[index] = float16(numbers[index]);
    free(numbers);
    return packed;
}

static packed_pointwise pack_blocks(
    memory_check *check, const framegen_convolution *from, int block_count, rows_layout layout) {
    packed_pointwise packed;
    packed.depth = rounded_up(from->inputs, layout.depth_multiple);
    packed.block_count = block_count;
    packed.outputs = from->outputs;
    packed.bias = pack_bias(check, from, packed.block_count * layout.block);
    size_t count = (size_t)packed.block_count * packed.depth * layout.block;
    packed.weight = checked(check, count * (layout.is_bfloat16 ? sizeof(unsigned short) : sizeof(float)));
    if (!packed.weight) return packed;
    // Pairs of bfloat16 inputs lie beside each other.
    int pair = layout.is_bfloat16 ? 2 : 1;
    for (int output = 0; output < from->outputs; output++)
        for (int input = 0; input < from->inputs; input++) {
            float value = from->weight[(long)output * from->inputs + input];
            long block = (long)(output / layout.block) * packed.depth * layout.block;
            long at = block + (long)(input / pair) * layout.block * pair + output % layout.block * pair + input % pair;
            if (layout.is_bfloat16)
                ((unsigned short *)packed.weight)[at] = bfloat16(value);
            else
                ((float *)packed.weight)[at] = value;
        }
    return packed;
}

static packed_pointwise pack_pointwise(
    memory_check *check, const framegen_convolution *from, rows_layout layout) {
    return pack_blocks(check, from, (from->outputs + layout.block - 1) / layout.block, layout);
}

// One that makes a hidden value, whose blocks may be larger.
static packed_pointwise pack_expansion(
    memory_check *check, const framegen_convolution *from, rows_layout layout) {
    return pack_blocks(check, from, rounded_up(from->outputs, layout.hidden_block) / layout.block, layout);
}

static packed_depthwise pack_depthwise(
    memory_check *check, const framegen_convolution *from, rows_layout layout) {
    packed_depthwise packed;
    int block_size = layout.hidden_block;
    packed.block_count = (from->outputs + block_size - 1) / block_size;
    size_t channels = (size_t)packed.block_count * block_size;
    packed.bias = pack_hidden(check, pack_bias(check, from, (int)channels), channels, layout);
    float *weight = checked(check, sizeof(float) * channels * 9);
    if (weight)
        for (int channel = 0; channel < from->outputs; channel++)
            for (int index = 0; index < 9; index++)
                weight[((long)(channel / block_size) * 9 + index) * block_size + channel % block_size] =
                    from->weight[channel * 9 + index];
    packed.weight = pack_hidden(check, weight, channels * 9, layout);
    return packed;
}

static packed_stem pack_stem(memory_check *check, const framegen_stem *from, rows_layout layout) {
    packed_stem packed;
    // The image comes in float32.
    rows_layout exact = {.block = layout.block, .depth_multiple = 1};
    packed.expand = pack_pointwise(check, &from->expand, exact);
    packed.depthwise = pack_depthwise(check, &from->depthwise, layout);
    packed.image_channels = from->expand.inputs;
    return packed;
}

static framegen_prepared_layers *checked_layers(framegen_prepared_layers *layers, const memory_check *check) {
    if (!check->has_failed) return layers;
    framegen_prepared_layers_free(layers);
    return NULL;
}

static framegen_prepared_layers *new_layers(memory_check *check, framegen_rows_kind kind) {
    const rows_functions *rows = functions_of(kind);
    framegen_prepared_layers *layers = rows ? checked(check, sizeof(*layers)) : NULL;
    if (layers) layers->rows = rows;
    return layers;
}

framegen_prepared_layers *framegen_first_layers_prepare(const framegen_first_layers *from, framegen_rows_kind kind) {
    memory_check check = {0};
    framegen_prepared_layers *layers = new_layers(&check, kind);
    if (!layers) return NULL;
    rows_layout layout = layout_of(kind);
    layers->side = from->side;
    layers->has_stem = 1;
    layers->stem = pack_stem(&check, &from->stem, layout);
    layers->expand = pack_expansion(&check, &from->expand, layout);
    layers->depthwise = pack_depthwise(&check, &from->depthwise, layout);
    layers->project = pack_pointwise(&check, &from->project, layout);
    return checked_layers(layers, &check);
}

// Where each position of an upsampled axis reads: position·(n − 1)/(2n − 1) of n.
static void make_taps(memory_check *check, framegen_prepared_layers *layers) {
    int count = layers->side, half = count / 2;
    layers->tap = checked(check, sizeof(int) * count);
    layers->fraction = checked(check, sizeof(float) * count);
    if (!layers->tap || !layers->fraction) return;
    float scale = (float)(half - 1) / (float)(count - 1);
    for (int position = 0; position < count; position++) {
        float source = scale * (float)position;
        int tap = (int)source;
        if (tap > half - 2) tap = half - 2;
        layers->tap[position] = tap;
        layers->fraction[position] = source - (float)tap;
    }
}

// One bias is enough for a sum.
static void add_bias(packed_pointwise *to, const packed_pointwise *from) {
    if (!to->bias || !from->bias) return;
    for (int output = 0; output < to->outputs; output++) to->bias[output] += from->bias[output];
}

static void pack_up_layers(
    memory_check *check, framegen_prepared_layers *layers, const framegen_up_layers *from, rows_layout layout) {
    layers->side = from->side;
    layers->half_channels = from->upsampled.inputs;
    layers->skip_channels = from->skip.inputs;
    layers->expand = pack_expansion(check, &from->skip, layout);
    layers->upsampled = pack_expansion(check, &from->upsampled, layout);
    add_bias(&layers->expand, &layers->upsampled);
    layers->depthwise = pack_depthwise(check, &from->depthwise, layout);
    layers->project = pack_pointwise(check, &from->project, layout);
    layers->second_expand = pack_expansion(check, &from->second_expand, layout);
    layers->second_depthwise = pack_depthwise(check, &from->second_depthwise, layout);
    make_taps(check, layers);
}

framegen_prepared_layers *framegen_up_layers_prepare(
    const framegen_up_layers *from, const framegen_convolution *second_project, framegen_rows_kind kind) {
    memory_check check = {0};
    framegen_prepared_layers *layers = new_layers(&check, kind);
    if (!layers) return NULL;
    pack_up_layers(&check, layers, from, layout_of(kind));
    layers->second_project = pack_pointwise(&check, second_project, layout_of(kind));
    return checked_layers(layers, &check);
}

framegen_prepared_layers *framegen_last_layers_prepare(const framegen_last_layers *from, framegen_rows_kind kind) {
    memory_check check = {0};
    framegen_prepared_layers *layers = new_layers(&check, kind);
    if (!layers) return NULL;
    rows_layout layout = layout_of(kind);
    pack_up_layers(&check, layers, &from->up, layout);
    if (from->stem) {
        layers->has_stem = 1;
        layers->stem = pack_stem(&check, from->stem, layout);
    }
    layers->has_output = 1;
    layers->output_of_hidden = pack_pointwise(&check, &from->output_of_hidden, layout);
    layers->output_of_middle = pack_pointwise(&check, &from->output_of_middle, layout);
    add_bias(&layers->output_of_hidden, &layers->output_of_middle);
    return checked_layers(layers, &check);
}

static void free_pointwise(packed_pointwise *packed) {
    free(packed->weight);
    free(packed->bias);
}

static void free_depthwise(packed_depthwise *packed) {
    free(packed->weight);
    free(packed->bias);
}

void framegen_prepared_layers_free(framegen_prepared_layers *layers) {
    if (!layers) return;
    free_pointwise(&layers->stem.expand);
    free_depthwise(&layers->stem.depthwise);
    free_pointwise(&layers->expand);
    free_depthwise(&layers->depthwise);
    free_pointwise(&layers->project);
    free_pointwise(&layers->upsampled);
    free_pointwise(&layers->second_expand);
    free_depthwise(&layers->second_depthwise);
    free_pointwise(&layers->second_project);
    free_pointwise(&layers->output_of_hidden);
    free_pointwise(&layers->output_of_middle);
    free(layers->tap);
    free(layers->fraction);
    free(layers);
}

size_t framegen_first_layers_memory(const framegen_prepared_layers *layers) {
    return layers->rows->first_layers_memory(layers);
}

size_t framegen_up_layers_memory(const framegen_prepared_layers *layers) {
    return layers->rows->up_layers_memory(layers);
}

void framegen_first_layers_run(
    const framegen_prepared_layers *layers, void *memory, const float *image, float *result, int first_row,
    int end_row) {
    layers->rows->first_layers(layers, memory, image, result, first_row, end_row);
}

void framegen_up_layers_run(
    const framegen_prepared_layers *layers, void *memory, const float *skip, const float *half, float *result,
    int first_row, int end_row) {
    layers->rows->up_layers(layers, memory, skip, half, result, first_row, end_row);
}
