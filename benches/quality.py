"""What came out of an encoder, as ffmpeg's tools see it."""

import re
import subprocess
from fractions import Fraction


def probe(file, *what):
    command = ["ffprobe", "-v", "error", "-of", "default=nw=1:nk=1", *what, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def frame_rate(file):
    said = probe(file, "-select_streams", "v:0", "-show_entries", "stream=r_frame_rate")[0]
    return str(Fraction(said))


def picture_size(file):
    width, height = probe(file, "-select_streams", "v:0", "-show_entries", "stream=width,height")
    return {"width": int(width), "height": int(height)}


def has_sound(file):
    return bool(probe(file, "-select_streams", "a", "-show_entries", "stream=index"))


def length(file):
    return float(probe(file, "-show_entries", "format=duration")[0])


def ssim(file, source, rate):
    """Structural similarity (all planes) to the source, scaled to the same size.

    Each program rounds time stamps to its grid of frames in its own way; the way that suits the file best counts, so
    that only the picture is judged.
    """
    size = picture_size(file)
    results = []
    for rounding in ("near", "down", "up"):
        graph = (
            f"[0:v]setpts=PTS-STARTPTS,settb=AVTB,fps={rate},format=yuv420p[made];"
            f"[1:v]fps={rate}:round={rounding},setpts=PTS-STARTPTS,settb=AVTB,"
            f"scale={size['width']}:{size['height']}:flags=lanczos,format=yuv420p[source];"
            "[made][source]ssim=shortest=1"
        )
        command = ["ffmpeg", "-nostdin", "-hide_banner", "-i", str(file), "-i", str(source), "-lavfi", graph]
        done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True)
        results.append(float(re.findall(r"SSIM .*All:([0-9.]+)", done.stderr)[-1]))
    return max(results)
