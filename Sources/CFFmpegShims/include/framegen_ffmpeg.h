// What of FFmpeg Swift cannot import: macros made of other macros, and a log callback with a va_list.
#ifndef FRAMEGEN_FFMPEG_H
#define FRAMEGEN_FFMPEG_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libswscale/swscale.h>
#include <stdint.h>

static const int framegen_averror_eof = AVERROR_EOF;
static const int framegen_averror_again = AVERROR(EAGAIN);
static const int framegen_averror_invalid_argument = AVERROR(EINVAL);
static const int framegen_averror_io = AVERROR(EIO);
static const int framegen_averror_denied = AVERROR(EACCES);
static const int framegen_averror_invalid_data = AVERROR_INVALIDDATA;
static const int64_t framegen_no_timestamp = AV_NOPTS_VALUE;
static const int framegen_codec_global_header = AV_CODEC_FLAG_GLOBAL_HEADER;
static const int framegen_codec_low_delay = AV_CODEC_FLAG_LOW_DELAY;
static const int framegen_packet_key = AV_PKT_FLAG_KEY;
static const int framegen_codec_closed_groups = (int)AV_CODEC_FLAG_CLOSED_GOP;
static const int framegen_sws_flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

// Takes libav's log over: messages are kept for framegen_ffmpeg_take_error rather than printed. Safe to call again.
void framegen_ffmpeg_catch_log(void);

// Whether messages also go where libav itself writes them, to standard error.
void framegen_ffmpeg_set_verbose(int is_verbose);

// The first error that libav reported on this thread since the last call, without its line break; empty when there was
// none. The text stays valid until this thread's next call of this function.
const char *framegen_ffmpeg_take_error(void);

#endif
