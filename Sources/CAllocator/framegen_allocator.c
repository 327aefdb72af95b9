#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
#else
void framegen_allocator_use_one_arena(void) {}
#endif
