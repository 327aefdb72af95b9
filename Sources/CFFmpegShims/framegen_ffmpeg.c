#include "framegen_ffmpeg.h"

#include <libavutil/log.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_SIZE 256

static atomic_int verbose;
// Of its own in each thread: the codecs' threads log too, and must not write into a text that is being read.
static _Thread_local char pending[MESSAGE_SIZE];
static _Thread_local char taken[MESSAGE_SIZE];

static void on_message(void *source, int level, const char *format, va_list arguments) {
    if (atomic_load(&verbose)) {
        va_list copy;
        va_copy(copy, arguments);
        av_log_default_callback(source, level, format, copy);
        va_end(copy);
    }
    // The first one is nearest to the cause.
    if ((level & 0xff) > AV_LOG_ERROR || pending[0] != 0) return;
    vsnprintf(pending, MESSAGE_SIZE, format, arguments);
    pending[strcspn(pending, "\r\n")] = 0;
}

void framegen_ffmpeg_catch_log(void) {
    av_log_set_callback(on_message);
}

void framegen_ffmpeg_set_verbose(int is_verbose) {
    atomic_store(&verbose, is_verbose);
}

const char *framegen_ffmpeg_take_error(void) {
    memcpy(taken, pending, MESSAGE_SIZE);
    pending[0] = 0;
    return taken;
}
