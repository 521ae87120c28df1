"""External tools, ids and rounding shared by every step.

Everything is deterministic: random choices come from `rng(seed, name)`, so adding a step never shifts the
choices of another one.
"""

import hashlib
import random
import shutil
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent
WORK = SAMPLES / ".work"

# program -> Debian package
BUILD_TOOLS = {
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "sox": "sox",
    "flite": "flite",
    "pico2wave": "libttspico-utils",
    "rsvg-convert": "librsvg2-bin",
    "fc-match": "fontconfig",
}
CHECK_TOOLS = {"ffmpeg": "ffmpeg", "ffprobe": "ffmpeg"}


def require(tools):
    """Stop with the apt line that would help, rather than in the middle of a build."""
    missing = sorted({pkg for prog, pkg in tools.items() if not shutil.which(prog)})
    if "fc-match" in tools and shutil.which("fc-match"):
        found = subprocess.run(["fc-match", "-f", "%{family}", "DejaVu Sans"], capture_output=True, text=True).stdout
        if "DejaVu" not in found:
            missing.append("fonts-dejavu")
    if missing:
        note = "\n(libttspico-utils lives in Debian's non-free section)" if "libttspico-utils" in missing else ""
        sys.exit(f"Missing tools. Try:  apt-get install {' '.join(missing)}{note}")


def run(*argv, **kw):
    """Run a command quietly; show its complaints only when it fails."""
    argv = [str(a) for a in argv]
    done = subprocess.run(argv, capture_output=True, **kw)
    if done.returncode:
        sys.exit(f"{' '.join(argv)[:400]}\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def rng(seed, name):
    """A random generator of its own for each purpose."""
    return random.Random(f"{seed}/{name}")


def sha1(text):
    """Hex SHA-1 of a text, the first half of every BBB id."""
    return hashlib.sha1(text.encode()).hexdigest()


def tenth(ms):
    """Milliseconds -> seconds rounded to 0.1 as text, like Ruby's `(ms / 1000.0).round(1)`."""
    sign = "-" if ms < 0 else ""
    n = (abs(int(ms)) + 50) // 100
    return f"{sign}{n // 10}.{n % 10}"


def write(path, text):
    """Write UTF-8 text, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
