#include "framegen_allocator.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void framegen_allocator_give_back(void) { malloc_trim(0); }
#else
void framegen_allocator_give_back(void) {}
#endif
