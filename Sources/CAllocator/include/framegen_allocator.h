#pragma once

// Gives the system back what is free in the C library's heap, where that is glibc; malloc.h is not in Swift's Glibc
// module. It takes a millisecond or two, and everything that is in use stays as it is.
//
// Runtimes and encoders take their memory from that heap. glibc has an arena for each thread and, once a large block has
// been freed, takes blocks of up to 32 MB from there: what a thread frees stays with its arena, below whatever is still in
// use, and the next avatar, made by another thread, takes as much again from another one.
void framegen_allocator_give_back(void);

// Keeps a program's peak from growing with the number of frames, where the C library is glibc: for programs of our own, to be
// called before the first thread is made. A program that uses the library does without: it gets back what avatars and takes
// held, and its peak is a few per cent higher after minutes than after seconds.
void framegen_allocator_stay_level(void);
