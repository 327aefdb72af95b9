#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_start(void) {
    mallopt(M_ARENA_MAX, 1);
    // Left to itself glibc would raise this up to 32 MB, with peaks of the start that differ by 5 % from run to run.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    // What is left free at the top is not given back, because the next ones take it again.
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
}

void framegen_allocator_stay_level(void) {
    // What getting ready has left free.
    malloc_trim(0);
    // A frame's large buffers are given back whole: several frames are under way at once, and what they leave would
    // scatter the heap.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}
#else
void framegen_allocator_start(void) {}
void framegen_allocator_stay_level(void) {}
#endif
