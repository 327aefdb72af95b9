#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_stay_level(void) {
    mallopt(M_ARENA_MAX, 1);
    // Above a frame's own buffers, the largest of which is the network's input of 2.5 MB: mapping and unmapping them for
    // every frame costs more than what is done with them.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    // More than a few frames leave free at the top, for the same reason.
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
}
#else
void framegen_allocator_stay_level(void) {}
#endif
