#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_give_back(void) { malloc_trim(0); }

void framegen_allocator_stay_level(void) {
    mallopt(M_ARENA_MAX, 1);
    // Large blocks are given back whole: otherwise what they leave would scatter the heap.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    // What a few frames leave free at the top is not given back, because the next ones take it again.
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
}
#else
void framegen_allocator_stay_level(void) {}

void framegen_allocator_give_back(void) {}
#endif
