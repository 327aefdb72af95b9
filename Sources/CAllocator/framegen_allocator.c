#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_stay_level(void) {
    mallopt(M_ARENA_MAX, 1);
    // Above a frame's own buffers, the largest of which is the network's input of 2.5 MB.
    mallopt(M_MMAP_THRESHOLD, 3 << 20);
}
#else
void framegen_allocator_stay_level(void) {}
#endif
