"""video/webcams.webm: all cameras as tiles on white, 640x480 at 15 fps, with the room's sound.

The layout follows the recording scripts (bigbluebutton: record-and-playback/core/lib/recordandplayback/
edl/video.rb): tiles of 4:3, as large as fit, recomputed whenever a camera comes or goes.
"""

from . import portraits, timeline, voices, vp9
from .tools import rng, run

W, H, FPS = 640, 480, 15


def tile_size(n):
    """Two tiles side by side are 320x240; one fills the picture."""
    return (W, H) if n == 1 else (W // 2, H // 2)


class Face:
    """Frames of one person, drawn when first needed."""

    def __init__(self, person, levels, seed):
        self.look, self.levels, self.cache = person.portrait, levels, {}
        r = rng(seed, "face " + person.key)
        self.blinks, t = set(), 20
        while t < len(levels):
            self.blinks.update((t, t + 1))
            t += r.randrange(35, 95)
        self.sway, x, y = [], 0, 0
        for f in range(len(levels)):
            if f % 15 == 0 and r.random() < 0.45:
                x = max(-5, min(5, x + r.choice((-1, 1))))
            if f % 15 == 7 and r.random() < 0.3:
                y = max(-2, min(2, y + r.choice((-1, 1))))
            self.sway.append((x, y))

    def state(self, f):
        """(mouth, blink, dx, dy); the mouth moves every second frame at most."""
        level = self.levels[f - f % 2]
        mouth = 0 if level < 0.06 else 1 if level < 0.30 else 2
        return (mouth, f in self.blinks, *self.sway[f])

    def rows(self, f, size):
        """The tile for frame `f` as a list of RGB rows."""
        key = (*self.state(f), size)
        if key not in self.cache:
            png = run(
                "rsvg-convert", "-w", size[0], "-h", size[1], input=portraits.draw(self.look, *key[:4]).encode()
            )
            raw = run(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "png_pipe",
                "-i",
                "-",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-",
                input=png,
            )
            n = size[0] * 3
            self.cache[key] = [raw[i * n : (i + 1) * n] for i in range(size[1])]
        return self.cache[key]


def shown(script, events, clock):
    """From the events: for each camera owner, the published interval in which the camera is on."""
    on = {}
    for e in events:
        if e.name == "StartWebRTCShareEvent":
            owner = next(p for p in script.cameras if p.user_id in e.fields["filename"])
            on[owner.key] = clock.published(e.at)
    return on


def build(script, events, clock, total_ms, mix, out):
    """Draw and encode; VP9 with a key frame every 10 s and Vorbis q2, as since 2.3."""
    on = shown(script, events, clock)
    faces = {
        p.key: Face(p, voices.loudness(timeline.said_by(script, p.key), total_ms, FPS), script.seed)
        for p in script.cameras
    }
    coder = vp9.encoder((W, H), FPS, out, sound=mix)
    blank = b"\xff" * (W * 3)
    for f in range(total_ms * FPS // 1000):
        here = [p.key for p in script.cameras if on[p.key] * FPS // 1000 <= f]
        if not here:
            coder.stdin.write(blank * H)
            continue
        size = tile_size(len(here))
        rows = [b"".join(parts) for parts in zip(*(faces[k].rows(f, size) for k in here))]
        top = (H - size[1]) // 2
        coder.stdin.write(blank * top + b"".join(rows) + blank * (H - size[1] - top))
    coder.stdin.close()
    if coder.wait():
        raise SystemExit("encoding the cameras failed")
