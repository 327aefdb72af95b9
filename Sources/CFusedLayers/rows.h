// The layers, row by row, for one kind of rows. Included with
//   ROWS(name)   the name of a function of this kind
//   BLOCK        channels of a vector
//   PIXELS       pixels that a product has in registers at once
//   BFLOAT16     1 where products are of bfloat16, 0 for float32
//   AMX          1 where they are made by tiles
//   FLOAT16      1 where hidden values, those that a 3×3 convolution reads, are float16, 0 for float32
// under a target that has the instructions.

typedef float block_vector __attribute__((vector_size(BLOCK * 4), aligned(4), may_alias));
typedef int block_integers __attribute__((vector_size(BLOCK * 4)));

#if BFLOAT16
typedef unsigned short element;
#else
typedef float element;
#endif

// As many channels of a hidden value as fill a vector, and how many blocks those are.
#if FLOAT16
enum { HIDDEN_BLOCK = 2 * BLOCK, BLOCKS_OF_HIDDEN = 2 };
typedef _Float16 hidden_element;
#else
enum { HIDDEN_BLOCK = BLOCK, BLOCKS_OF_HIDDEN = 1 };
typedef float hidden_element;
#endif
typedef hidden_element hidden_vector
    __attribute__((vector_size(HIDDEN_BLOCK * sizeof(hidden_element)), aligned(2), may_alias));

static inline block_vector load(const float *from) { return *(const block_vector *)from; }
static inline void store(float *to, block_vector value) { *(block_vector *)to = value; }
static inline block_vector splat(float value) { return value - (block_vector){}; }
static inline block_vector relu(block_vector value) { return __builtin_elementwise_max(value, (block_vector){}); }

static inline hidden_vector load_hidden(const hidden_element *from) { return *(const hidden_vector *)from; }
static inline void store_hidden(hidden_element *to, hidden_vector value) { *(hidden_vector *)to = value; }

// By name, since a compiler computes sums of float16 in float32 where not all that it compiles has the instructions.
#if FLOAT16
static inline hidden_vector splat_hidden(float value) { return (hidden_vector)_mm512_set1_ph((_Float16)value); }
static inline hidden_vector relu_hidden(hidden_vector value) {
    return (hidden_vector)_mm512_max_ph((__m512h)value, _mm512_setzero_ph());
}
static inline hidden_vector plus(hidden_vector value, hidden_vector other) {
    return (hidden_vector)_mm512_add_ph((__m512h)value, (__m512h)other);
}
static inline hidden_vector minus(hidden_vector value, hidden_vector other) {
    return (hidden_vector)_mm512_sub_ph((__m512h)value, (__m512h)other);
}
static inline hidden_vector plus_product(hidden_vector sum, hidden_vector value, hidden_vector by) {
    return (hidden_vector)_mm512_fmadd_ph((__m512h)value, (__m512h)by, (__m512h)sum);
}
#else
static inline hidden_vector splat_hidden(float value) { return splat(value); }
static inline hidden_vector relu_hidden(hidden_vector value) { return relu(value); }
static inline hidden_vector plus(hidden_vector value, hidden_vector other) { return value + other; }
static inline hidden_vector minus(hidden_vector value, hidden_vector other) { return value - other; }
static inline hidden_vector plus_product(hidden_vector sum, hidden_vector value, hidden_vector by) {
    return sum + value * by;
}
#endif

// The hidden value of what its blocks are.
static inline hidden_vector hidden_of(const block_vector blocks[BLOCKS_OF_HIDDEN]) {
#if FLOAT16
    typedef _Float16 half_vector __attribute__((vector_size(BLOCK * 2)));
    return __builtin_shufflevector(
        __builtin_convertvector(blocks[0], half_vector), __builtin_convertvector(blocks[1], half_vector), 0, 1, 2, 3, 4,
        5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
#else
    return blocks[0];
#endif
}

// The same of rows of pixels that lie `distance` numbers apart.
static inline hidden_vector load_blocks(const float *from, long distance) {
    block_vector blocks[BLOCKS_OF_HIDDEN];
#pragma clang loop unroll(full)
    for (int index = 0; index < BLOCKS_OF_HIDDEN; index++) blocks[index] = load(from + index * distance);
    return hidden_of(blocks);
}

static inline void store_elements(element *to, block_vector value) {
#if BFLOAT16
    _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh((__m512)value));
#else
    store(to, value);
#endif
}

static inline void store_hidden_elements(element *to, hidden_vector value) {
#if FLOAT16
    __m512i halves = (__m512i)value;
    __m512 low = _mm512_cvtxph_ps((__m256h)_mm512_castsi512_si256(halves));
    __m512 high = _mm512_cvtxph_ps((__m256h)_mm512_extracti64x4_epi64(halves, 1));
    _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(high, low));
#else
    store_elements(to, value);
#endif
}

#if BLOCK == 16
#define LOW_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#else
#define LOW_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#endif

// Rows become columns: dealing the rows' halves out like cards log2(BLOCK) times turns a square around.
static inline void transpose(block_vector rows[BLOCK]) {
#pragma clang loop unroll(full)
    for (int done = 1; done < BLOCK; done *= 2) {
        block_vector dealt[BLOCK];
#pragma clang loop unroll(full)
        for (int row = 0; row < BLOCK / 2; row++) {
            dealt[2 * row] = __builtin_shufflevector(rows[row], rows[row + BLOCK / 2], LOW_HALVES);
            dealt[2 * row + 1] = __builtin_shufflevector(rows[row], rows[row + BLOCK / 2], HIGH_HALVES);
        }
#pragma clang loop unroll(full)
        for (int row = 0; row < BLOCK; row++) rows[row] = dealt[row];
    }
}

// A row of planes, pixel by pixel, with zeros for the channels that a block has more.
static void gather_row(const float *from, long plane, int channels, element *result, int stride, int count) {
    for (int channel = 0; channel < channels; channel += BLOCK)
        for (int pixel = 0; pixel < count; pixel += BLOCK) {
            block_vector square[BLOCK];
#pragma clang loop unroll(full)
            for (int index = 0; index < BLOCK; index++)
                square[index] =
                    channel + index < channels ? load(from + (channel + index) * plane + pixel) : (block_vector){};
            transpose(square);
#pragma clang loop unroll(full)
            for (int index = 0; index < BLOCK; index++)
                store_elements(result + (long)(pixel + index) * stride + channel, square[index]);
        }
}

// Products of a row's pixels with one block of output channels, block numbers a pixel; added to what is there where
// `adds`. Pixels are a multiple of 16.
static void multiply(
    const element *row, int stride, const packed_pointwise *by, int block, float *products, int count, int adds) {
    int depth = by->depth;
    const element *weight = (const element *)by->weight + (long)block * depth * BLOCK;
#if AMX
    // Up to 64 inputs' weights stay where they are.
    _tile_loadd(2, weight, 64);
    if (depth > 32) _tile_loadd(3, weight + 32 * BLOCK, 64);
    for (int pixel = 0; pixel < count; pixel += 16) {
        const element *from = row + (long)pixel * stride;
        if (adds)
            _tile_loadd(0, products + pixel * BLOCK, BLOCK * 4);
        else
            _tile_zero(0);
        _tile_loadd(1, from, stride * 2);
        _tile_dpbf16ps(0, 1, 2);
        if (depth > 32) {
            _tile_loadd(4, from + 32, stride * 2);
            _tile_dpbf16ps(0, 4, 3);
        }
        for (int step = 64; step < depth; step += 32) {
            _tile_loadd(5, from + step, stride * 2);
            _tile_loadd(6, weight + step * BLOCK, 64);
            _tile_dpbf16ps(0, 5, 6);
        }
        _tile_stored(0, products + pixel * BLOCK, BLOCK * 4);
    }
#else
    for (int pixel = 0; pixel < count; pixel += PIXELS) {
        const element *from = row + (long)pixel * stride;
        block_vector sums[PIXELS];
#pragma clang loop unroll(full)
        for (int index = 0; index < PIXELS; index++)
            sums[index] = adds ? load(products + (pixel + index) * BLOCK) : (block_vector){};
#if BFLOAT16
        for (int step = 0; step < depth; step += 2) {
            __m512bh weights = (__m512bh)_mm512_loadu_si512(weight + step * BLOCK);
#pragma clang loop unroll(full)
            for (int index = 0; index < PIXELS; index++) {
                int pair;
                memcpy(&pair, from + (long)index * stride + step, sizeof pair);
                sums[index] =
                    (block_vector)_mm512_dpbf16_ps((__m512)sums[index], (__m512bh)_mm512_set1_epi32(pair), weights);
            }
        }
#else
        for (int step = 0; step < depth; step++) {
            block_vector weights = load(weight + step * BLOCK);
#pragma clang loop unroll(full)
            for (int index = 0; index < PIXELS; index++) sums[index] += splat(from[(long)index * stride + step]) * weights;
        }
#endif
#pragma clang loop unroll(full)
        for (int index = 0; index < PIXELS; index++) store(products + (pixel + index) * BLOCK, sums[index]);
    }
#endif
}

// The products of all pixels with a hidden value's blocks, one block's after the other's.
static void multiply_hidden(
    const element *row, int stride, const packed_pointwise *by, int hidden_block, float *products, int count) {
    for (int index = 0; index < BLOCKS_OF_HIDDEN; index++)
        multiply(
            row, stride, by, hidden_block * BLOCKS_OF_HIDDEN + index, products + (long)index * count * BLOCK, count, 0);
}

// Few pixels at a time, so that their products stay in the processor's first cache.
enum { PIXELS_AT_ONCE = 64 };

// A hidden value's row of one block: ReLU(products of a row's pixels + bias).
static void make_hidden_row(
    const element *row, int stride, const packed_pointwise *by, int hidden_block, float *products,
    hidden_element *hidden, int count) {
    const float *bias = by->bias + hidden_block * HIDDEN_BLOCK;
    block_vector biases[BLOCKS_OF_HIDDEN], blocks[BLOCKS_OF_HIDDEN];
    for (int index = 0; index < BLOCKS_OF_HIDDEN; index++) biases[index] = load(bias + index * BLOCK);
    for (int first = 0; first < count; first += PIXELS_AT_ONCE) {
        int some = count - first < PIXELS_AT_ONCE ? count - first : PIXELS_AT_ONCE;
        multiply_hidden(row + (long)first * stride, stride, by, hidden_block, products, some);
        for (int pixel = 0; pixel < some; pixel++) {
#pragma clang loop unroll(full)
            for (int index = 0; index < BLOCKS_OF_HIDDEN; index++)
                blocks[index] = load(products + ((long)index * some + pixel) * BLOCK) + biases[index];
            store_hidden(hidden + (first + pixel) * HIDDEN_BLOCK, relu_hidden(hidden_of(blocks)));
        }
    }
}

// Four pixels of one block of a depthwise convolution and its ReLU: what lies in a column is read once for all of them.
__attribute__((always_inline)) static inline void convolve_four(
    const hidden_element *const rows[3], const hidden_element *weight, hidden_vector bias, long first, int step,
    element *result, int stride) {
    hidden_vector sums[4] = {bias, bias, bias, bias};
#pragma clang loop unroll(full)
    for (int row = 0; row < 3; row++) {
        const hidden_element *from = rows[row] + first * step * HIDDEN_BLOCK;
#pragma clang loop unroll(full)
        for (int column = 0; column < 3 * step + 3; column++) {
            hidden_vector value = load_hidden(from + column * HIDDEN_BLOCK);
#pragma clang loop unroll(full)
            for (int pixel = 0; pixel < 4; pixel++) {
                int tap = column - pixel * step;
                if (tap >= 0 && tap < 3)
                    sums[pixel] =
                        plus_product(sums[pixel], value, load_hidden(weight + (row * 3 + tap) * HIDDEN_BLOCK));
            }
        }
    }
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < 4; pixel++)
        store_hidden_elements(result + (first + pixel) * stride, relu_hidden(sums[pixel]));
}

// One row of one block of a depthwise convolution and its ReLU, every `step` pixels; rows begin with the pixel before
// the first.
static void convolve(
    const hidden_element *const rows[3], const packed_depthwise *by, int block, int step, element *result, int stride,
    int count) {
    const hidden_element *weight = (const hidden_element *)by->weight + (long)block * 9 * HIDDEN_BLOCK;
    hidden_vector bias = load_hidden((const hidden_element *)by->bias + block * HIDDEN_BLOCK);
    result += block * HIDDEN_BLOCK;
    if (step == 1)
        for (int pixel = 0; pixel < count; pixel += 4) convolve_four(rows, weight, bias, pixel, 1, result, stride);
    else
        for (int pixel = 0; pixel < count; pixel += 4) convolve_four(rows, weight, bias, pixel, 2, result, stride);
}

// Three rows that take turns, of some blocks of channels, each with a pixel of zeros before and after, and a row of
// zeros for what is outside of the image.
typedef struct {
    hidden_element *rows;
    const hidden_element *zeros;
    int row_size;
    int side;
} ring;

static inline hidden_element *ring_row(const ring *of, int block, int row) {
    return of->rows + ((long)block * 3 + row % 3) * of->row_size;
}

static inline const hidden_element *ring_row_or_zeros(const ring *of, int block, int row) {
    return row < 0 || row >= of->side ? of->zeros : ring_row(of, block, row);
}

static inline void ring_window(const ring *of, int block, int row, const hidden_element *window[3]) {
    for (int index = 0; index < 3; index++) window[index] = ring_row_or_zeros(of, block, row + index - 1);
}

// Memory for a run, given out in parts; without memory, how much they take.
typedef struct {
    char *memory;
    size_t used;
} arena;

static void *take(arena *from, size_t size) {
    void *part = from->memory ? from->memory + from->used : NULL;
    from->used += (size + 127) / 64 * 64;
    return part;
}

static ring take_ring(arena *from, int blocks, int side) {
    ring made;
    made.side = side;
    made.row_size = (side + 2) * HIDDEN_BLOCK;
    made.rows = take(from, sizeof(hidden_element) * 3 * blocks * made.row_size);
    made.zeros = take(from, sizeof(hidden_element) * made.row_size);
    return made;
}

// The stem, one row after the other.
typedef struct {
    const packed_stem *layers;
    const float *image;
    int side;
    int next_row;
    ring expanded;
    element *result;
    int stride;
} stem_rows;

static void take_stem(stem_rows *stem, arena *from, const framegen_prepared_layers *layers, const float *image) {
    stem->layers = &layers->stem;
    stem->image = image;
    stem->side = layers->side;
    stem->next_row = -1;
    stem->expanded = take_ring(from, layers->stem.depthwise.block_count, layers->side);
    stem->stride = row_stride(layers->stem.depthwise.block_count * HIDDEN_BLOCK);
    stem->result = take(from, sizeof(element) * stem->stride * layers->side);
}

static void expand_stem_row(stem_rows *stem, int row) {
    const packed_pointwise *expand = &stem->layers->expand;
    long plane = (long)stem->side * stem->side;
    const float *image = stem->image + (long)row * stem->side;
    int channels = stem->layers->image_channels;
    for (int hidden_block = 0; hidden_block < stem->layers->depthwise.block_count; hidden_block++) {
        hidden_element *result = ring_row(&stem->expanded, hidden_block, row) + HIDDEN_BLOCK;
        int first_block = hidden_block * BLOCKS_OF_HIDDEN;
        for (int pixel = 0; pixel < stem->side; pixel++) {
            block_vector blocks[BLOCKS_OF_HIDDEN] = {};
            for (int index = 0; index < BLOCKS_OF_HIDDEN && first_block + index < expand->block_count; index++) {
                int block = first_block + index;
                const float *weight = (const float *)expand->weight + (long)block * channels * BLOCK;
                blocks[index] = load(expand->bias + block * BLOCK);
                for (int channel = 0; channel < channels; channel++)
                    blocks[index] += splat(image[channel * plane + pixel]) * load(weight + channel * BLOCK);
            }
            store_hidden(result + pixel * HIDDEN_BLOCK, relu_hidden(hidden_of(blocks)));
        }
    }
}

// The stem's row `row`; rows are asked for in order.
static const element *stem_row(stem_rows *stem, int row) {
    if (stem->next_row < 0) stem->next_row = row > 0 ? row - 1 : 0;
    for (; stem->next_row <= row + 1 && stem->next_row < stem->side; stem->next_row++)
        expand_stem_row(stem, stem->next_row);
    for (int block = 0; block < stem->layers->depthwise.block_count; block++) {
        const hidden_element *window[3];
        ring_window(&stem->expanded, block, row, window);
        convolve(window, &stem->layers->depthwise, block, 1, stem->result, stem->stride, stem->side);
    }
    return stem->result;
}

#if AMX
// All tiles have 16 rows of 64 bytes.
static void configure_tiles(void) {
    struct {
        unsigned char palette, start_row, reserved[14];
        unsigned short bytes_a_row[16];
        unsigned char rows[16];
    } tiles = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        tiles.bytes_a_row[tile] = 64;
        tiles.rows[tile] = 16;
    }
    _tile_loadconfig(&tiles);
}
#endif

// A row of a block's channels that was computed pixel by pixel, put into planes.
static void store_block_planes(const float *products, const float *bias, float *result, long plane, int count) {
    for (int pixel = 0; pixel < count; pixel += BLOCK) {
        block_vector square[BLOCK];
#pragma clang loop unroll(full)
        for (int index = 0; index < BLOCK; index++)
            square[index] = load(products + (pixel + index) * BLOCK) + load(bias);
        transpose(square);
#pragma clang loop unroll(full)
        for (int index = 0; index < BLOCK; index++) store(result + index * plane + pixel, square[index]);
    }
}

// The same for a few channels.
static void store_planes(const float *products, const float *bias, int channels, float *result, long plane, int count) {
    for (int channel = 0; channel < channels; channel++)
        for (int pixel = 0; pixel < count; pixel++)
            result[channel * plane + pixel] = products[pixel * BLOCK + channel] + bias[channel];
}

typedef struct {
    stem_rows stem;
    ring hidden;
    element *convolved;
    float *products;
} first_rows;

static void take_first_rows(first_rows *rows, arena *from, const framegen_prepared_layers *layers, const float *image) {
    take_stem(&rows->stem, from, layers, image);
    rows->hidden = take_ring(from, layers->depthwise.block_count, layers->side);
    rows->convolved =
        take(from, sizeof(element) * layers->side / 2 * row_stride(layers->depthwise.block_count * HIDDEN_BLOCK));
    rows->products = take(from, sizeof(float) * layers->side * HIDDEN_BLOCK);
}

static size_t ROWS(framegen_first_layers_memory)(const framegen_prepared_layers *layers) {
    first_rows rows;
    arena sizes = {NULL, 0};
    take_first_rows(&rows, &sizes, layers, NULL);
    return sizes.used;
}

static void ROWS(framegen_first_layers)(
    const framegen_prepared_layers *layers, void *memory, const float *image, float *result, int first_row,
    int end_row) {
    first_rows rows;
    arena parts = {memory, 0};
    take_first_rows(&rows, &parts, layers, image);
#if AMX
    configure_tiles();
#endif
    int side = layers->side, half = side / 2;
    int stride = row_stride(layers->depthwise.block_count * HIDDEN_BLOCK);
    int next_row = first_row > 0 ? 2 * first_row - 1 : 0;
    for (int row = first_row; row < end_row; row++) {
        for (; next_row <= 2 * row + 1; next_row++) {
            const element *stem = stem_row(&rows.stem, next_row);
            for (int block = 0; block < layers->depthwise.block_count; block++) {
                make_hidden_row(
                    stem, rows.stem.stride, &layers->expand, block, rows.products,
                    ring_row(&rows.hidden, block, next_row) + HIDDEN_BLOCK, side);
            }
        }
        for (int block = 0; block < layers->depthwise.block_count; block++) {
            const hidden_element *window[3];
            ring_window(&rows.hidden, block, 2 * row, window);
            convolve(window, &layers->depthwise, block, 2, rows.convolved, stride, half);
        }
        for (int block = 0; block < layers->project.block_count; block++) {
            multiply(rows.convolved, stride, &layers->project, block, rows.products, half, 0);
            long plane = (long)half * half;
            store_block_planes(
                rows.products, layers->project.bias + block * BLOCK, result + block * BLOCK * plane + (long)row * half,
                plane, half);
        }
    }
#if AMX
    _tile_release();
#endif
}

typedef struct {
    const framegen_prepared_layers *layers;
    // What the skip is made of: the stem's rows, or those of a value that is there.
    stem_rows stem;
    const float *skip;
    element *skip_row;
    const float *half;
    // The half-size value's 1×1 convolution: the two rows of it that a row lies between, by blocks.
    element *half_row;
    hidden_element *upsampled[2];
    int upsampled_row[2];
    // Their mixture, of one block.
    hidden_element *mixture;
    ring hidden;
    element *convolved;
    // Three rows that take turns; `residual` is the same in float32, by blocks, where it is added to a result.
    element *middle;
    float *residual;
    ring second_hidden;
    element *second_convolved;
    float *products;
} up_rows;

static void take_up_rows(
    up_rows *rows, arena *from, const framegen_prepared_layers *layers, const float *image, const float *half) {
    int side = layers->side, block_count = layers->depthwise.block_count;
    rows->layers = layers;
    rows->half = half;
    if (layers->has_stem) {
        take_stem(&rows->stem, from, layers, image);
    } else {
        rows->skip = image;
        rows->skip_row = take(from, sizeof(element) * side * row_stride(layers->skip_channels));
    }
    rows->half_row = take(from, sizeof(element) * side / 2 * row_stride(layers->half_channels));
    for (int index = 0; index < 2; index++) {
        rows->upsampled[index] = take(from, sizeof(hidden_element) * block_count * HIDDEN_BLOCK * side / 2);
        rows->upsampled_row[index] = -1;
    }
    rows->mixture = take(from, sizeof(hidden_element) * HIDDEN_BLOCK * side / 2);
    rows->hidden = take_ring(from, block_count, side);
    rows->convolved = take(from, sizeof(element) * side * row_stride(block_count * HIDDEN_BLOCK));
    rows->middle = take(from, sizeof(element) * 3 * side * row_stride(layers->project.block_count * BLOCK));
    if (!layers->has_output) rows->residual = take(from, sizeof(float) * 3 * side * layers->project.block_count * BLOCK);
    rows->second_hidden = take_ring(from, layers->second_depthwise.block_count, side);
    rows->second_convolved =
        take(from, sizeof(element) * side * row_stride(layers->second_depthwise.block_count * HIDDEN_BLOCK));
    rows->products = take(from, sizeof(float) * side * HIDDEN_BLOCK);
}

static const element *skip_row(up_rows *rows, int row, int *stride) {
    const framegen_prepared_layers *layers = rows->layers;
    if (layers->has_stem) {
        *stride = rows->stem.stride;
        return stem_row(&rows->stem, row);
    }
    int side = layers->side;
    *stride = row_stride(layers->skip_channels);
    gather_row(
        rows->skip + (long)row * side, (long)side * side, layers->skip_channels, rows->skip_row, *stride, side);
    return rows->skip_row;
}

static const hidden_element *upsampled_row(up_rows *rows, int row) {
    const framegen_prepared_layers *layers = rows->layers;
    int half = layers->side / 2;
    hidden_element *result = rows->upsampled[row & 1];
    if (rows->upsampled_row[row & 1] == row) return result;
    rows->upsampled_row[row & 1] = row;
    int stride = row_stride(layers->half_channels);
    gather_row(
        rows->half + (long)row * half, (long)half * half, layers->half_channels, rows->half_row, stride, half);
    for (int block = 0; block < layers->depthwise.block_count; block++) {
        multiply_hidden(rows->half_row, stride, &layers->upsampled, block, rows->products, half);
        for (int pixel = 0; pixel < half; pixel++)
            store_hidden(
                result + ((long)block * half + pixel) * HIDDEN_BLOCK,
                load_blocks(rows->products + pixel * BLOCK, (long)half * BLOCK));
    }
    return result;
}

// The first hidden value's row of one block: ReLU(products + upsampled + bias).
static void mix_hidden_row(
    up_rows *rows, const element *skip, int skip_stride, const hidden_element *upper, const hidden_element *lower,
    int row, int block) {
    const framegen_prepared_layers *layers = rows->layers;
    int side = layers->side, half = side / 2;
    upper += (long)block * half * HIDDEN_BLOCK;
    lower += (long)block * half * HIDDEN_BLOCK;
    hidden_vector weight = splat_hidden(layers->fraction[row]);
    hidden_vector bias = load_blocks(layers->expand.bias + block * HIDDEN_BLOCK, BLOCK);
    for (int pixel = 0; pixel < half; pixel++) {
        hidden_vector above = load_hidden(upper + pixel * HIDDEN_BLOCK);
        store_hidden(
            rows->mixture + pixel * HIDDEN_BLOCK,
            plus(plus_product(above, minus(load_hidden(lower + pixel * HIDDEN_BLOCK), above), weight), bias));
    }
    hidden_element *hidden = ring_row(&rows->hidden, block, row) + HIDDEN_BLOCK;
    for (int first = 0; first < side; first += PIXELS_AT_ONCE) {
        int end = first + PIXELS_AT_ONCE < side ? first + PIXELS_AT_ONCE : side;
        multiply_hidden(
            skip + (long)first * skip_stride, skip_stride, &layers->expand, block, rows->products, end - first);
        for (int pixel = first; pixel < end; pixel++) {
            const hidden_element *at = rows->mixture + layers->tap[pixel] * HIDDEN_BLOCK;
            hidden_vector left = load_hidden(at);
            hidden_vector mixed = plus_product(
                left, minus(load_hidden(at + HIDDEN_BLOCK), left), splat_hidden(layers->fraction[pixel]));
            hidden_vector product = load_blocks(rows->products + (pixel - first) * BLOCK, (long)(end - first) * BLOCK);
            store_hidden(hidden + pixel * HIDDEN_BLOCK, relu_hidden(plus(product, mixed)));
        }
    }
}

// e to the power of a vector: 2 to the whole part of its binary exponent, and a polynomial (Cephes' expf) for the rest.
static inline block_vector exponential(block_vector value) {
    value = __builtin_elementwise_min(__builtin_elementwise_max(value, splat(-87)), splat(87));
    block_vector whole = __builtin_elementwise_rint(value * splat(1.44269504088896341f));
    block_vector rest = value - whole * splat(0.693359375f) - whole * splat(-2.12194440e-4f);
    block_vector sum = splat(1.9875691500e-4f);
    sum = sum * rest + splat(1.3981999507e-3f);
    sum = sum * rest + splat(8.3334519073e-3f);
    sum = sum * rest + splat(4.1665795894e-2f);
    sum = sum * rest + splat(1.6666665459e-1f);
    sum = sum * rest + splat(5.0000001201e-1f);
    sum = sum * rest * rest + rest + splat(1);
    block_integers exponent = (__builtin_convertvector(whole, block_integers) + 127) << 23;
    return sum * (block_vector)exponent;
}

static void store_sigmoids(float *row, int count) {
    for (int pixel = 0; pixel < count; pixel += BLOCK)
        store(row + pixel, splat(1) / (splat(1) + exponential(-load(row + pixel))));
}

static float *residual_row(const up_rows *rows, int block, int row) {
    return rows->residual + ((long)block * 3 + row % 3) * rows->layers->side * BLOCK;
}

static void make_output_row(up_rows *rows, int row, float *result) {
    const framegen_prepared_layers *layers = rows->layers;
    int side = layers->side;
    long plane = (long)side * side;
    int stride = row_stride(layers->second_depthwise.block_count * HIDDEN_BLOCK);
    int middle_stride = row_stride(layers->project.block_count * BLOCK);
    for (int block = 0; block < layers->second_depthwise.block_count; block++) {
        const hidden_element *window[3];
        ring_window(&rows->second_hidden, block, row, window);
        convolve(window, &layers->second_depthwise, block, 1, rows->second_convolved, stride, side);
    }
    result += (long)row * side;
    if (!layers->has_output) {
        for (int block = 0; block < layers->second_project.block_count; block++) {
            float *sums = residual_row(rows, block, row);
            multiply(rows->second_convolved, stride, &layers->second_project, block, sums, side, 1);
            store_block_planes(
                sums, layers->second_project.bias + block * BLOCK, result + block * BLOCK * plane, plane, side);
        }
        return;
    }
    multiply(rows->second_convolved, stride, &layers->output_of_hidden, 0, rows->products, side, 0);
    multiply(
        rows->middle + (long)(row % 3) * side * middle_stride, middle_stride, &layers->output_of_middle, 0,
        rows->products, side, 1);
    store_planes(rows->products, layers->output_of_hidden.bias, layers->output_of_hidden.outputs, result, plane, side);
    for (int channel = 0; channel < layers->output_of_hidden.outputs; channel++)
        store_sigmoids(result + channel * plane, side);
}

static void make_middle_row(up_rows *rows, int row) {
    const framegen_prepared_layers *layers = rows->layers;
    int side = layers->side;
    int stride = row_stride(layers->depthwise.block_count * HIDDEN_BLOCK);
    int middle_stride = row_stride(layers->project.block_count * BLOCK);
    element *middle = rows->middle + (long)(row % 3) * side * middle_stride;
    for (int block = 0; block < layers->project.block_count; block++) {
        multiply(rows->convolved, stride, &layers->project, block, rows->products, side, 0);
        block_vector bias = load(layers->project.bias + block * BLOCK);
        float *residual = layers->has_output ? NULL : residual_row(rows, block, row);
        for (int pixel = 0; pixel < side; pixel++) {
            block_vector value = load(rows->products + pixel * BLOCK) + bias;
            store_elements(middle + pixel * middle_stride + block * BLOCK, value);
            if (residual) store(residual + pixel * BLOCK, value);
        }
    }
    for (int block = 0; block < layers->second_depthwise.block_count; block++) {
        make_hidden_row(
            middle, middle_stride, &layers->second_expand, block, rows->products,
            ring_row(&rows->second_hidden, block, row) + HIDDEN_BLOCK, side);
    }
}

static size_t ROWS(framegen_up_layers_memory)(const framegen_prepared_layers *layers) {
    up_rows rows;
    arena sizes = {NULL, 0};
    take_up_rows(&rows, &sizes, layers, NULL, NULL);
    return sizes.used;
}

static void ROWS(framegen_up_layers)(
    const framegen_prepared_layers *layers, void *memory, const float *image, const float *half, float *result,
    int first_row, int end_row) {
    up_rows rows;
    arena parts = {memory, 0};
    take_up_rows(&rows, &parts, layers, image, half);
#if AMX
    configure_tiles();
#endif
    int side = layers->side;
    int stride = row_stride(layers->depthwise.block_count * HIDDEN_BLOCK);
    // A row of the result needs the middle's rows around it, and each of those the hidden value's around it.
    for (int row = first_row - 2 > 0 ? first_row - 2 : 0; row < end_row + 2; row++) {
        int middle_row = row - 1, output_row = row - 2;
        int makes_hidden = row < side;
        int makes_middle = middle_row >= 0 && middle_row >= first_row - 1 && middle_row < side;
        const element *skip = NULL;
        int skip_stride = 0;
        const hidden_element *upper = NULL, *lower = NULL;
        if (makes_hidden) {
            skip = skip_row(&rows, row, &skip_stride);
            upper = upsampled_row(&rows, layers->tap[row]);
            lower = upsampled_row(&rows, layers->tap[row] + 1);
        }
        for (int block = 0; block < layers->depthwise.block_count; block++) {
            if (makes_hidden) mix_hidden_row(&rows, skip, skip_stride, upper, lower, row, block);
            if (makes_middle) {
                const hidden_element *window[3];
                ring_window(&rows.hidden, block, middle_row, window);
                convolve(window, &layers->depthwise, block, 1, rows.convolved, stride, side);
            }
        }
        if (makes_middle) make_middle_row(&rows, middle_row);
        if (output_row >= first_row && output_row < end_row) make_output_row(&rows, output_row, result);
    }
#if AMX
    _tile_release();
#endif
}
