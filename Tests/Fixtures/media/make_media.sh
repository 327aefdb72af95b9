#!/usr/bin/env bash
# Makes the sound and video files of this folder with the ffmpeg program (5.1 was used).
#
# The sound is always the same: half a second of 440 Hz at half of full scale on the left and 1000 Hz at a quarter on
# the right, 44,100 samples a second; the pictures are ffmpeg's test pattern, 64×48, 25 a second.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

sound=(-f lavfi -i "aevalsrc=0.5*sin(2*PI*440*t)|0.25*sin(2*PI*1000*t):s=44100:d=0.5")
pictures=(-f lavfi -i "testsrc=size=64x48:rate=25:duration=0.4")
plain=(-map_metadata -1 -fflags +bitexact -flags +bitexact)

make() {
    ffmpeg -nostdin -loglevel error -y "$@"
}

make "${sound[@]}" "${plain[@]}" -c:a libmp3lame -b:a 128k -metadata title="Two tones" -id3v2_version 3 tones.mp3
make "${sound[@]}" "${plain[@]}" -c:a aac -b:a 128k tones.m4a
make "${sound[@]}" "${plain[@]}" -c:a flac -sample_fmt s16 tones.flac
make "${sound[@]}" "${plain[@]}" -c:a libvorbis -q:a 1 -page_duration 20000 tones.ogg
make "${pictures[@]}" "${sound[@]}" "${plain[@]}" -c:v libx264 -pix_fmt yuv420p -threads 1 -c:a aac -b:a 96k talk.mp4
make "${pictures[@]}" "${plain[@]}" -c:v libx264 -pix_fmt yuv420p -threads 1 silent.mp4
