#if defined(__x86_64__)

#include "layers.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma,avx512fp16,amx-tile,amx-bf16"))), apply_to = function)

#define ROWS(name) name##_amx_bf16
#define BLOCK 16
#define PIXELS 16
#define BFLOAT16 1
#define AMX 1
#define FLOAT16 1
#include "rows.h"

#pragma clang attribute pop

const rows_functions framegen_rows_amx_bf16 = {
    framegen_first_layers_memory_amx_bf16,
    framegen_up_layers_memory_amx_bf16,
    framegen_first_layers_amx_bf16,
    framegen_up_layers_amx_bf16,
};

#endif
