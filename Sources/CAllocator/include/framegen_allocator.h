#pragma once

// Gives the system back what is free in the C library's heap, where that is glibc; malloc.h is not in Swift's Glibc
// module. It takes a millisecond or two, and everything that is in use stays as it is.
//
// Runtimes and encoders take their memory from that heap. glibc has an arena for each thread and, once a large block has
// been freed, takes blocks of up to 32 MB from there: what a thread frees stays with its arena, below whatever is still in
// use, and the next avatar, made by another thread, takes as much again from another one.
void framegen_allocator_give_back(void);
