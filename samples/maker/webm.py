"""The one WebM encoder: what BigBlueButton's `video.rb` asks of ffmpeg, made repeatable."""

import subprocess

def encoder(size, fps, out, options=(), sound=None, codec="libvpx-vp9", voice=()):
    """A running ffmpeg that takes raw RGB frames on its standard input and writes WebM to `out`.

    A key frame every 10 s; with `sound`, that beside it as `voice` says. VP8 is what was used up to 2.2.
    """
    width, height = size
    out.parent.mkdir(parents=True, exist_ok=True)
    frames = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-")
    group = str(fps * 10)
    rate = ("-crf", "32", "-b:v", "0" if codec == "libvpx-vp9" else "200k")
    video = ("-c:v", codec, *rate, "-g", group, "-keyint_min", group,
             "-deadline", "good", "-cpu-used", "4", "-threads", "2", *options, "-pix_fmt", "yuv420p")
    exact = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact")
    if sound:
        frames += ("-i", str(sound))
        exact += ("-flags:a", "+bitexact")
    argv = ("ffmpeg", "-y", "-v", "error", *frames, *video, *voice, *exact, str(out))
    return subprocess.Popen(argv, stdin=subprocess.PIPE)


def film(coder, frames):
    """Give it all frames and wait until it is done."""
    for frame in frames:
        coder.stdin.write(frame)
    coder.stdin.close()
    if coder.wait():
        raise SystemExit("encoding failed: " + " ".join(coder.args)[-200:])
