#pragma once

// Gives the system back what is free in the C library's heap, where that is glibc; malloc.h is not in Swift's Glibc
// module. Everything that is in use stays as it is.
//
// Runtimes and encoders take their memory from that heap. glibc has an arena for each thread and, once a large block has
// been freed, takes blocks of up to 32 MB from there: what a thread frees stays with its arena, below whatever is still in
// use, and the next avatar, made by another thread, takes as much again from another one.
void framegen_allocator_give_back(void);

// Keeps a process from growing with the number of frames, where the C library is glibc: for programs of our own, to be
// called before the first thread is made. FFmpeg's index of a video grows, and leaves holes in a heap that large blocks
// are taken from. A program that uses the library does without: it gets back what avatars and takes held, and rendering 6
// minutes of a small video its peak was 151 MB, after 20 seconds 144 MB.
void framegen_allocator_stay_level(void);
