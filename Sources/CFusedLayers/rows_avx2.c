#if defined(__x86_64__)

#include "layers.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define ROWS(name) name##_avx2
#define BLOCK 8
#define PIXELS 8
#define BFLOAT16 0
#define AMX 0
#define FLOAT16 0
#include "rows.h"

#pragma clang attribute pop

const rows_functions framegen_rows_avx2 = {
    framegen_first_layers_memory_avx2,
    framegen_up_layers_memory_avx2,
    framegen_first_layers_avx2,
    framegen_up_layers_avx2,
};

#endif
