#pragma once

// Keeps the process from growing with the number of frames, where the C library is glibc. malloc.h is not in Swift's Glibc
// module.
//
// Frames wander from one stage's thread to the next. With an arena for each thread, glibc keeps what was freed in one
// from the others; and once large blocks have been freed it takes them from the heap too, where the video's growing index
// leaves holes. Peaks for 20 seconds and 20 minutes of a small video: 182 and 219 MB by default, 106 and 116 MB with one
// arena, 111 and 108 MB with blocks above 3 MB mapped each by itself as well (1 MB since a frame's buffers are smaller).

// To be called before the first thread is made.
void framegen_allocator_start(void);

// To be called when all is ready and before the first frame: on the demo, whose template was stored, the first frame left
// the encoder after 1.26 to 1.39 s, and after 1.39 to 1.51 s when this was called at the start (three runs of each in
// turn). What was freed until then is given back.
void framegen_allocator_stay_level(void);
