"""The one video encoder: what BigBlueButton's `video.rb` asks of ffmpeg, made repeatable."""

import subprocess


def encoder(size, fps, out, options=(), sound=None):
    """A running ffmpeg that takes raw RGB frames on its standard input and writes WebM to `out`.

    VP9 with a key frame every 10 s; with `sound`, Vorbis q2 beside it, as since 2.3.
    """
    width, height = size
    out.parent.mkdir(parents=True, exist_ok=True)
    frames = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-")
    group = str(fps * 10)
    video = ("-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "0", "-g", group, "-keyint_min", group,
             "-deadline", "good", "-cpu-used", "4", "-threads", "2", *options, "-pix_fmt", "yuv420p")
    audio = ("-c:a", "libvorbis", "-q:a", "2", "-ar", "48000", "-ac", "2") if sound else ()
    exact = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact")
    if sound:
        frames += ("-i", str(sound))
        exact += ("-flags:a", "+bitexact")
    argv = ("ffmpeg", "-y", "-v", "error", *frames, *video, *audio, *exact, str(out))
    return subprocess.Popen(argv, stdin=subprocess.PIPE)
