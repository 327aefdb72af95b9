#pragma once

// Keeps the process from growing with the number of frames, where the C library is glibc; to be called before the first
// thread is made. malloc.h is not in Swift's Glibc module.
//
// Frames wander from one stage's thread to the next. With an arena for each thread, glibc keeps what was freed in one
// from the others; and once large blocks have been freed it takes them from the heap too, where the video's growing index
// leaves holes. Peaks for 20 seconds and 20 minutes of a small video: 182 and 219 MB by default, 106 and 116 MB with one
// arena, 111 and 108 MB with blocks above 3 MB mapped each by itself as well.
void framegen_allocator_stay_level(void);
