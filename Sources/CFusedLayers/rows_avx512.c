#if defined(__x86_64__)

#include "layers.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)

#define ROWS(name) name##_avx512
#define BLOCK 16
#define PIXELS 16
#define BFLOAT16 0
#define AMX 0
#define FLOAT16 0
#include "rows.h"

#pragma clang attribute pop

const rows_functions framegen_rows_avx512 = {
    framegen_first_layers_memory_avx512,
    framegen_up_layers_memory_avx512,
    framegen_first_layers_avx512,
    framegen_up_layers_avx512,
};

#endif
