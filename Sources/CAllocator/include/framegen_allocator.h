#pragma once

// Keeps all memory in one arena, where the C library has several; to be called before the first thread is made.
//
// Frames wander from one stage's thread to the next. With an arena for each thread, glibc keeps what was freed in one
// from the others: 20 minutes of a small video reached 219 MB where 20 seconds reached 182 MB. With one arena both stay
// at 105 MB, and take no longer, as stages allocate little but large. malloc.h is not in Swift's Glibc module.
void framegen_allocator_use_one_arena(void);
